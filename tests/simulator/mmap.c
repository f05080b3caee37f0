/* Makes mmap of an evicted file behave as on macOS: it downloads, or fails, in the call itself.
 *
 * Linux can only fail later, with SIGBUS at the first access. Before a file of a FUSE mount is mapped,
 * one byte is read, which pays for the content or tells the error.
 * Preloaded into dynamically linked programs: LD_PRELOAD=mmap.so git status
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { FUSE_SUPER_MAGIC = 0x65735546 };

typedef void *mapper(void *, size_t, int, int, int, off_t);

static int refused(int flags, int descriptor, off_t offset)
{
    struct statfs system;
    char byte;

    if (flags & MAP_ANONYMOUS)
        return 0;
    if (fstatfs(descriptor, &system) != 0 || system.f_type != FUSE_SUPER_MAGIC)
        return 0;
    return pread(descriptor, &byte, 1, offset) < 0;
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    static mapper *next;

    if (next == 0)
        next = (mapper *)dlsym(RTLD_NEXT, "mmap");
    return refused(flags, descriptor, offset) ? MAP_FAILED : next(address, length, protection, flags, descriptor, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    return mmap(address, length, protection, flags, descriptor, offset);
}
