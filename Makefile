# SPDX-License-Identifier: GPL-2.0-or-later
# Meson and ninja do the work; this is the short way to them.
BUILD ?= build
PREFIX ?= /usr/local
DEBIAN_PAIR ?= $(BUILD)/debian-pair

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@command -v meson >/dev/null || { \
		echo "make: no meson here; 'make setup' installs what metadiff needs" >&2; exit 1; }
	meson setup $(BUILD) --prefix=$(PREFIX) --buildtype=release

setup:
	scripts/setup

demo:
	scripts/setup --build
	$(MAKE) all
	scripts/demo $(BUILD)/src/cmd/metadiff

# Every test, with gcc and clang, plain and under the sanitizers. DEBIAN_VMLINUX, which may be empty:
# a vmlinux-RELEASE with debug information, for the vmcores.
check: setup
	METADIFF_VMLINUX=$(DEBIAN_VMLINUX) scripts/check $(BUILD)-check $(DEBIAN_PAIR)

# Rewrites the expected output of the golden cases; then look at git diff.
update-cases: all
	tests/cli/run-cases --update $(BUILD)/src/cmd/metadiff tests/cases

bench: setup
	$(MAKE) all
	bench/run $(BUILD)/src/cmd/metadiff $(DEBIAN_PAIR)
	bench/crash $(BUILD)/src/cmd/metadiff
	bench/lockup $(BUILD)/src/cmd/metadiff $(DEBIAN_PAIR)/pair.git debian-6.1.176
	for flavour in debian rt; do \
		bench/right $(BUILD)/src/cmd/metadiff $(DEBIAN_PAIR)/pair.git \
			base-6.1.170 $$flavour-6.1.170 base-6.1.176 $$flavour-6.1.176 && \
		bench/port $(BUILD)/src/cmd/metadiff $(DEBIAN_PAIR)/pair.git \
			base-6.1.170 $$flavour-6.1.170 base-6.1.176 $$flavour-6.1.176 || exit; \
	done

# DESTDIR=FOLDER puts it below FOLDER, as packages want it.
install: $(BUILD)/build.ninja
	meson configure $(BUILD) --prefix=$(PREFIX)
	ninja -C $(BUILD)
	meson install -C $(BUILD) --no-rebuild

# The release, with the grammar in it: $(BUILD)/meson-dist/metadiff-VERSION.tar.xz.
dist: setup $(BUILD)/build.ninja
	ninja -C $(BUILD) build.ninja
	meson dist -C $(BUILD) --include-subprojects --no-tests

# Debian's packages, made of the release, in $(BUILD)/deb.
deb: dist
	scripts/make-deb $(BUILD)

format:
	git ls-files '*.c' '*.h' | grep -v ^tests/cases/ | xargs clang-format -i

clean:
	rm -rf $(BUILD) $(BUILD)-check

.PHONY: all setup demo check update-cases bench install dist deb format clean
