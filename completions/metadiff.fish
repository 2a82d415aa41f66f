# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of metadiff in fish. What there is to complete the program says itself:
# src/cmd/complete.c tells in which form.

# The value of --repo, or here.
function __metadiff_repository
    set -l words (commandline -opc)
    for i in (seq (count $words))
        string replace --filter -- --repo= '' $words[$i]; and return
        test $words[$i] = --repo; and set -q words[(math $i + 1)]
        and echo $words[(math $i + 1)]; and return
    end
    echo .
end

# Branches and tags, also behind the dots of a range.
function __metadiff_revisions
    set -l range (string match --regex '^.*?\.\.' -- (commandline -ct))
    for name in (git -C (__metadiff_repository) for-each-ref --format='%(refname:short)' \
            refs/heads refs/tags refs/remotes 2>/dev/null)
        echo "$range"$name
    end
end

# The words of a list ($argv), behind those that are typed.
function __metadiff_list
    set -l typed (string replace --filter --regex '^(?:--[^=]*=)?(.*,)?[^,]*$' '$1' -- (commandline -ct))
    for word in $argv
        echo $typed$word
    end
end

# What the first source holds in the folder that is typed.
function __metadiff_paths
    set -l folder (string match --regex '^.*/' -- (commandline -ct))
    set -l words (commandline -opc)
    for i in (seq 3 (count $words))
        set -l source $words[$i]
        # Neither an option nor the value of one.
        string match --quiet -- '-*' $source; and continue
        string match --quiet --regex '^-[^=]*$' -- $words[(math $i - 1)]; and continue
        if test -d $source
            for entry in $source/"$folder"*
                test -d $entry; and set entry $entry/
                string replace -- $source/ '' $entry
            end
            return
        end
        set -l revision (string replace --regex '^git:' '' -- $source | string replace --regex '\.\..*' '')
        git -C (__metadiff_repository) ls-tree --full-tree --format='%(objecttype) %(path)' \
            $revision $folder 2>/dev/null |
            string replace --regex '^tree (.*)' '$1/' | string replace --regex '^blob ' ''
        test $pipestatus[1] -eq 0; and return
    end
end

# TRUE where one of $argv is the command and no "--" stands before the cursor, or with -p one does.
function __metadiff_at
    set -l words (commandline -opc)
    argparse p -- $argv
    if set -q _flag_p
        contains -- -- $words; or return
    else
        contains -- -- $words; and return 1
    end
    set -q words[2]; and contains -- $words[2] $argv
end

function __metadiff_complete_command -a command
    metadiff $command --complete 2>/dev/null | while read --delimiter=\t -l name short kind list about
        set -l option -c metadiff -n "__metadiff_at $command" -d $about
        string match --quiet -- '--*' $name; and set -a option -l (string sub -s 3 -- $name)
        test $short != -; and set -a option -s (string sub -s 2 -- $short)
        set list (string split , -- $list)
        switch "$name $kind"
            case 'PATH *'
                complete -c metadiff -n "__metadiff_at -p $command" -f -a '(__metadiff_paths)'
            case 'LOG *' # a file, which fish offers by itself
            case 'SOURCE *'
                complete -c metadiff -n "__metadiff_at $command" -a '(__metadiff_revisions)' -d revision
            case '* none'
                complete $option -f
            case '* words'
                complete $option -x -a "$list"
            case '* optional'
                complete $option -f -a "$list"
            case '* list'
                complete $option -x -a "(__metadiff_list $list)"
            case '* file'
                complete $option -r -F
            case '* folder'
                complete $option -x -a '(__fish_complete_directories)'
            case '* source'
                complete $option -r -F -a '(__metadiff_revisions)'
            case '* revision'
                complete $option -x -a '(__metadiff_revisions)'
            case '*'
                complete $option -x
        end
    end
end

metadiff --complete 2>/dev/null | while read --delimiter=\t -l command about
    complete -c metadiff -n __fish_use_subcommand -f -a $command -d $about
    complete -c metadiff -n '__metadiff_at help' -f -a $command -d $about
    test $command = help; or __metadiff_complete_command $command
end
complete -c metadiff -n __fish_use_subcommand -f -s h -l help -d 'name the commands'
complete -c metadiff -n __fish_use_subcommand -f -l version -d 'print the version'
complete -c git-metadiff -w metadiff
