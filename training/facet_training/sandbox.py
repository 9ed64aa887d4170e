"""Runs a Python script that may be hostile: FOLDER SCRIPT [ARGUMENT …]; for `models import`, which loads files that hold code.

The script can write to FOLDER alone, opens no socket, changes no permissions, and signals and traces no other process (Landlock and
seccomp of Linux 6.2 or newer; no rights are needed). It can read what its user can read. Ends with 5 where that cannot be had; the last
line of stderr then says why.
"""

import ctypes
import os
import platform
import resource
import struct
import sys

NO_SANDBOX = 5
libc = ctypes.CDLL(None, use_errno=True)

# landlock_create_ruleset, landlock_add_rule, landlock_restrict_self: the same on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
WRITE_FILE, TRUNCATE, IOCTL_DEVICE = 1 << 1, 1 << 14, 1 << 15
# Removing, making and moving of files, folders, links, sockets and devices.
CHANGE_FOLDERS = sum(1 << bit for bit in range(4, 14))
SCOPE_SOCKETS_AND_SIGNALS = 3
PATH_BENEATH = 1

# Numbers of system calls: those that fail, and those that succeed without doing anything, since libraries copy permissions and times.
ARCHITECTURES = {
    "x86_64": (
        0xC000003E,
        {"socket": 41, "ptrace": 101, "io_uring_setup": 425},
        {
            "chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260,
            "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190,
            "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "setxattrat": 463, "removexattrat": 466,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {"socket": 198, "ptrace": 117, "io_uring_setup": 425},
        {
            "fchmod": 52, "fchmodat": 53, "fchmodat2": 452, "fchownat": 54, "fchown": 55, "utimensat": 88, "setxattr": 5, "lsetxattr": 6,
            "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16, "setxattrat": 463, "removexattrat": 466,
        },
    ),
}  # fmt: skip


def refuse(reason: str):
    print(reason, file=sys.stderr)
    sys.exit(NO_SANDBOX)


def checked(result: int, what: str) -> int:
    if result < 0:
        refuse(f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


def allow(rules: int, path: str, access: int) -> None:
    parent = os.open(path, os.O_PATH)
    rule = struct.pack("=Qi", access, parent)
    checked(libc.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.c_char_p(rule), 0), "Landlock takes no rule")
    os.close(parent)


def restrict_files(folder: str) -> None:
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 3:
        refuse("this kernel has no Landlock that covers truncation (Linux 6.2 or newer, with Landlock enabled)")
    handled = WRITE_FILE | CHANGE_FOLDERS | TRUNCATE | (IOCTL_DEVICE if version >= 5 else 0)
    # Accesses to files, to the network (which seccomp covers), and what stays within this sandbox.
    attributes = struct.pack("=QQQ", handled, 0, SCOPE_SOCKETS_AND_SIGNALS)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = checked(libc.syscall(CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(size), 0), "Landlock takes no rules")
    allow(rules, folder, handled & ~IOCTL_DEVICE)
    allow(rules, os.devnull, WRITE_FILE | TRUNCATE)
    checked(libc.syscall(RESTRICT_SELF, rules, 0), "Landlock cannot be entered")
    os.close(rules)


def restrict_calls() -> None:
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        refuse(f"there is no sandbox for {machine}")
    architecture, failing, idle = ARCHITECTURES[machine]
    permitted, kill, error = 0x7FFF0000, 0x80000000, 0x00050000
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, kill), (load, 0, 0, 0)]
    # Calls of the x32 variant, which are numbered from here on.
    program += [(at_least, 0, 1, 0x40000000), (give, 0, 0, kill)]
    for numbers, result in ((failing, error | 1), (idle, error)):
        for number in numbers.values():
            program += [(equal, 0, 1, number), (give, 0, 0, result)]
    program.append((give, 0, 0, permitted))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    filter_program = struct.pack("@HP", len(program), ctypes.addressof(code))
    checked(libc.prctl(22, 2, ctypes.c_char_p(filter_program), 0, 0), "seccomp takes no filter")


def main(folder: str, script: str, *arguments: str) -> None:
    if sys.platform != "linux":
        refuse(f"there is no sandbox for {sys.platform}")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))
    # No new rights by programs that are set-user-id; Landlock and seccomp ask for it.
    checked(libc.prctl(38, 1, 0, 0, 0), "rights cannot be given up")
    restrict_files(folder)
    restrict_calls()
    os.execv(sys.executable, [sys.executable, script, *arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])
