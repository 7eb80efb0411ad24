#!/bin/sh
# layers: the rooms may include only what stands above them in the table of README, "How it is built",
# and each third-party header has one room. Usage: layers.sh [ROOT]; prints each breach, exit status 1
# when there is one.
set -eu
cd "${1:-$(dirname "$0")/../..}"

find schemas imaging classifier web daemon -name '*.[ch]' -o -name '*.cpp' -o -name '*.def' |
    sort | xargs grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]' |
    awk '
    # One row a room: the rooms it may include, and the third-party headers that are its own.
    function row(room, may, own) {
        rooms[room] = " " may " "
        n = split(own, list, " ")
        for (i = 1; i <= n; i++)
            owner[list[i]] = room
    }
    BEGIN {
        row("schemas", "schemas", "jansson.h sqlite3.h sodium.h openssl/ archive.h archive_entry.h utf8proc.h")
        row("imaging", "schemas imaging",
            "opencv2/ png.h zlib.h jpeglib.h jerror.h tiff.h tiffio.h tesseract/ leptonica/ zbar.h dmtx.h")
        row("classifier", "schemas imaging classifier", "")
        row("web", "schemas web", "microhttpd.h cairo.h cairo-pdf.h pango/ qrencode.h")
        row("daemon", "schemas imaging classifier web daemon",
            "sane/ libudev.h systemd/ curl/ ini.h seccomp.h")
        # The C library, the kernel and standard C++ (whose headers have no ".h").
        known = "^((assert|complex|ctype|errno|fenv|float|inttypes|limits|locale|math|setjmp|signal|" \
            "stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|" \
            "tgmath|threads|time|uchar|wchar|wctype|dirent|dlfcn|fcntl|fnmatch|ftw|getopt|glob|grp|" \
            "iconv|langinfo|libgen|malloc|poll|pthread|pwd|regex|sched|search|semaphore|spawn|syslog|" \
            "termios|unistd|elf|endian|byteswap|execinfo|link|netdb|ifaddrs|arpa/inet|net/if|" \
            "netinet/[a-z]+|sys/[a-z_0-9]+|linux/[a-z_]+|asm/[a-z_]+)[.]h|[a-z]+)$"
    }
    function breach(text) {
        print "layers: " text
        breaches++
    }
    {
        file = $0
        sub(/:.*/, "", file)
        header = substr($0, length(file) + 2)
        quoted = header ~ /"/
        sub(/^[^<"]*[<"]/, "", header)
        sub(/[>"].*$/, "", header)
        room = file
        sub(/\/.*/, "", room)
        target = header
        sub(/\/.*/, "", target)
        if (quoted && header ~ /\//) {
            if (index(rooms[room], " " target " ") == 0)
                breach(file " includes \"" header "\": " room " may include only:" rooms[room])
            next
        }
        if (quoted && !(header in owner))
            next # a header of the same folder
        own = (header in owner) ? owner[header] : ((target "/") in owner) ? owner[target "/"] : ""
        if (own == "" && header !~ known)
            breach(file " includes <" header ">, which is in no row: add it to this table and to " \
                   "the one in README, or do without")
        else if (own != "" && own != room)
            breach(file " includes <" header ">, which belongs to " own)
        else if (target == "opencv2" && file !~ /^imaging\/opencv_c\/.*[.]cpp$/)
            breach(file " includes <" header "> outside of imaging/opencv_c/*.cpp")
    }
    END {
        if (breaches) {
            print "layers: breaches: " breaches
            exit 1
        }
    }'
