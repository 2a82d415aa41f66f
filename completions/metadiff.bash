# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of metadiff in bash. What there is to complete the program says itself:
# src/cmd/complete.c tells in which form.

# Offers the words in $1 that begin with $cur.
_metadiff_words()
{
	local IFS=$'\n'
	COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}

# Branches and tags, also behind the dots of a range.
_metadiff_revisions()
{
	local names range= cur=$cur
	names=$(git -C "$repo" for-each-ref --format='%(refname:short)' \
		refs/heads refs/tags refs/remotes 2>/dev/null) || return
	if [[ $cur == *..* ]]; then
		range=${cur%%..*}..
		cur=${cur#*..}
	fi
	local IFS=$'\n'
	COMPREPLY+=($(compgen -P "$range" -W "$names" -- "$cur"))
}

# What the tree $source holds in the folder that $cur begins with.
_metadiff_paths()
{
	local folder= revision=${source#git:} IFS=$'\n'
	[[ $cur == */* ]] && folder=${cur%/*}/
	if [[ -d $source ]]; then
		_metadiff_words "$(cd "$source" && command ls -1p -- "./$folder" 2>/dev/null |
			sed "s|^|$folder|")"
	else
		_metadiff_words "$(git -C "$repo" ls-tree --full-tree --format='%(objecttype) %(path)' \
			"${revision%%..*}" ${folder:+"$folder"} 2>/dev/null |
			sed -n -e 's|^tree \(.*\)|\1/|p' -e 's|^blob ||p')"
	fi
	[[ ${COMPREPLY[0]-} == */ ]] && compopt -o nospace
}

# Offers what a value of kind $1 may be; $2 are its words.
_metadiff_value()
{
	case $1 in
	words | optional) _metadiff_words "${2//,/$'\n'}" ;;
	list)
		local done=
		[[ $cur == *,* ]] && done=${cur%,*},
		cur=${cur##*,}
		local IFS=$'\n'
		COMPREPLY+=($(compgen -P "$done" -W "${2//,/$'\n'}" -- "$cur"))
		compopt -o nospace
		;;
	file) _filedir ;;
	folder) _filedir -d ;;
	source)
		_filedir
		_metadiff_revisions
		;;
	revision) _metadiff_revisions ;;
	path) _metadiff_paths ;;
	esac
}

# Reads what the words before the cursor are: the kind of the one that is typed.
_metadiff_scan()
{
	local i word before= behind= count=0
	for ((i = start + 1; i < cword; i++)); do
		word=${words[i]}
		if [[ $behind ]]; then
			continue
		elif [[ $before ]]; then
			[[ $before == --repo ]] && repo=$word
			before=
		elif [[ $word == -- ]]; then
			behind=path
		elif [[ $word == --repo=* ]]; then
			repo=${word#*=}
		elif [[ $word == -* ]]; then
			[[ ${kind_of[$word]-none} == @(none|optional) ]] || before=$word
		else
			source=${source:-$word}
			count=$((count + 1))
		fi
	done
	if [[ $behind ]]; then
		kind=${kind_of[PATH]-none}
	elif [[ $before ]]; then
		kind=${kind_of[$before]} list=${words_of[$before]}
	elif [[ $count == 0 && ${kind_of[LOG]-} ]]; then
		kind=${kind_of[LOG]}
	else
		kind=${kind_of[SOURCE]-none}
	fi
}

# Completes $cur for the command that stands at $start.
_metadiff_command()
{
	local -A kind_of=() words_of=()
	local name short kind list about repo=. source= options=
	while IFS=$'\t' read -r name short kind list about; do
		kind_of[$name]=$kind words_of[$name]=$list
		kind_of[$short]=$kind words_of[$short]=$list
		[[ $name != --* ]] || case $kind in
		none) options+="$name"$'\n' ;;
		optional) options+="$name"$'\n'"$name="$'\n' ;;
		*) options+="$name="$'\n' ;;
		esac
	done < <(command metadiff "${words[start]}" --complete 2>/dev/null)
	_metadiff_scan
	if [[ $split == true ]]; then
		kind=${kind_of[$prev]-none} list=${words_of[$prev]-}
	elif [[ $cur == -* && $kind == @(source|file) ]]; then
		_metadiff_words "$options"
		[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
		return
	fi
	_metadiff_value "$kind" "$list"
}

_metadiff()
{
	local cur prev words cword split start=1
	_init_completion -s -n : || return
	if [[ ${words[0]##*/} == git ]]; then
		while [[ ${words[start++]} != metadiff ]]; do
			((start < cword)) || return
		done
	fi
	if ((cword > start)) && [[ ${words[start]} != help ]]; then
		_metadiff_command
	elif ((cword == start)) || ((cword == start + 1)); then
		_metadiff_words "$(command metadiff --complete 2>/dev/null | cut -f 1)"
		((cword > start)) || _metadiff_words $'--help\n--version'
	fi
	__ltrim_colon_completions "$cur"
}

# `git metadiff`, by git's own completion.
_git_metadiff()
{
	_metadiff
}

complete -F _metadiff metadiff git-metadiff
