// Stands between a Java program and the C library (LD_PRELOAD). Of the calls that touch a folder, it makes chosen ones
// fail, or records what they do. The tests call the functions at the end.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// ---------------------------------------------------------------------------------------------------- what is watched

enum { FILES = 4096 };

static char folder[PATH_MAX];
static size_t folder_length; // 0: none
static int numbers[FILES];   // by file descriptor: the number of an opened file that is watched, or 0
static int last_number;

static int is_watched(const char* path) {
  return folder_length > 0 && path && !strncmp(path, folder, folder_length) &&
         (path[folder_length] == '/' || path[folder_length] == 0);
}

static int number(int fd) { return fd >= 0 && fd < FILES ? numbers[fd] : 0; }

static int is_watched_at(int fd, const char* path) {
  return path && path[0] != '/' && fd != AT_FDCWD ? number(fd) : is_watched(path);
}

// --------------------------------------------------------------------------------------------------------- what fails

enum { SHORT = -1 }; // instead of an error: fewer bytes are read or written

static int failing;    // the number of the call that fails, counted from 1; 0: none
static int for_good;   // whether those after it fail too
static int failure;    // errno, or SHORT
static int calls;      // so far
static char name[64];  // of the first call that failed
static char names[1 << 16]; // of all calls, for a message

static int fails_now(const char* call, int watched) {
  if (!watched) return 0;
  calls++;
  if (strlen(names) + strlen(call) + 2 < sizeof names) strcat(strcat(names, call), " ");
  return failing && (calls == failing || (for_good && calls > failing));
}

static void note_failure(const char* call) {
  if (!name[0]) snprintf(name, sizeof name, "%s", call);
}

// Whether a call has to fail. Sets errno.
static int fails(const char* call, int watched) {
  if (!fails_now(call, watched) || failure == SHORT) return 0;
  note_failure(call);
  errno = failure;
  return 1;
}

// The same for a call that may also do a part: reduces the number of bytes.
static int fails_or_is_short(const char* call, int watched, size_t* bytes) {
  if (!fails_now(call, watched) || (failure == SHORT && *bytes < 2)) return 0;
  note_failure(call);
  if (failure == SHORT) {
    *bytes /= 2;
    return 0;
  }
  errno = failure;
  return 1;
}

// ---------------------------------------------------------------------------------------------------- what is recorded

static int record = -1;

#define REAL(function)                                      \
  static __typeof__(function)* real;                        \
  if (!real) real = (__typeof__(function)*)dlsym(RTLD_NEXT, #function)

static void put(const void* bytes, size_t size) {
  for (size_t done = 0; done < size;) {
    long count = syscall(SYS_write, record, (const char*)bytes + done, size - done);
    if (count < 0) abort();
    done += (size_t)count;
  }
}

__attribute__((format(printf, 1, 2))) static void log_line(const char* format, ...) {
  if (record < 0) return;
  char line[3 * PATH_MAX];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  put(line, (size_t)size);
  put("\n", 1);
}

static void log_write(int fd, long offset, const void* bytes, long size) {
  if (record < 0 || !number(fd) || size <= 0) return;
  log_line("write %d %ld %ld", number(fd), offset, size);
  put(bytes, (size_t)size);
  put("\n", 1);
}

static long position(int fd) { return syscall(SYS_lseek, fd, 0L, SEEK_CUR); }

// --------------------------------------------------------------------------------------------------------------- files

static int opened(int fd, const char* path, int flags, int existed, int watched) {
  if (fd >= FILES && watched) abort();
  if (fd >= 0 && fd < FILES) numbers[fd] = watched ? ++last_number : 0;
  if (fd >= 0 && watched) {
    log_line("%s %d %s", (flags & O_CREAT) && !existed ? "create" : "open", number(fd), path);
    if (existed && (flags & O_TRUNC)) log_line("truncate %d 0", number(fd));
  }
  return fd;
}

static int exists(int fd, const char* path) { return syscall(SYS_faccessat, fd, path, F_OK) == 0; }

#define OPEN(function)                                                                      \
  int function(const char* path, int flags, ...) {                                          \
    REAL(function);                                                                         \
    va_list arguments;                                                                      \
    va_start(arguments, flags);                                                             \
    unsigned mode = va_arg(arguments, unsigned);                                            \
    va_end(arguments);                                                                      \
    int watched = is_watched(path);                                                         \
    int existed = watched && exists(AT_FDCWD, path);                                        \
    if (fails("open", watched)) return -1;                                                  \
    return opened(real(path, flags, mode), path, flags, existed, watched);                  \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(function)                                                                    \
  int function(int at, const char* path, int flags, ...) {                                  \
    REAL(function);                                                                         \
    va_list arguments;                                                                      \
    va_start(arguments, flags);                                                             \
    unsigned mode = va_arg(arguments, unsigned);                                            \
    va_end(arguments);                                                                      \
    int watched = is_watched_at(at, path);                                                  \
    int existed = watched && exists(at, path);                                              \
    if (fails("openat", watched)) return -1;                                                \
    return opened(real(at, path, flags, mode), path, flags, existed, watched);              \
  }
OPENAT(openat)
OPENAT(openat64)

// Closes also where it fails, as Linux does.
int close(int fd) {
  REAL(close);
  int watched = number(fd);
  int fail = fails("close", watched);
  int error = errno;
  if (fd >= 0 && fd < FILES) numbers[fd] = 0;
  int result = real(fd);
  if (!fail) return result;
  errno = error;
  return -1;
}

int dup(int fd) {
  REAL(dup);
  if (fails("dup", number(fd))) return -1;
  int copy = real(fd);
  if (copy >= 0 && copy < FILES) numbers[copy] = number(fd);
  return copy;
}

ssize_t read(int fd, void* bytes, size_t size) {
  REAL(read);
  if (fails_or_is_short("read", number(fd), &size)) return -1;
  return real(fd, bytes, size);
}

#define PREAD(function)                                             \
  ssize_t function(int fd, void* bytes, size_t size, off_t at) {    \
    REAL(function);                                                 \
    if (fails_or_is_short("pread", number(fd), &size)) return -1;   \
    return real(fd, bytes, size, at);                               \
  }
PREAD(pread)
PREAD(pread64)

ssize_t readv(int fd, const struct iovec* pieces, int count) {
  REAL(readv);
  if (fails("readv", number(fd))) return -1;
  return real(fd, pieces, count);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  REAL(write);
  if (fails_or_is_short("write", number(fd), &size)) return -1;
  ssize_t count = real(fd, bytes, size);
  if (number(fd)) log_write(fd, position(fd) - count, bytes, count);
  return count;
}

#define PWRITE(function)                                                   \
  ssize_t function(int fd, const void* bytes, size_t size, off_t at) {     \
    REAL(function);                                                        \
    if (fails_or_is_short("pwrite", number(fd), &size)) return -1;         \
    ssize_t count = real(fd, bytes, size, at);                             \
    log_write(fd, at, bytes, count);                                       \
    return count;                                                          \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t writev(int fd, const struct iovec* pieces, int count) {
  REAL(writev);
  if (fails("writev", number(fd))) return -1;
  ssize_t written = real(fd, pieces, count);
  if (number(fd) && written > 0) {
    long at = position(fd) - written, left = written;
    for (int i = 0; i < count && left > 0; i++) {
      long size = left < (long)pieces[i].iov_len ? left : (long)pieces[i].iov_len;
      log_write(fd, at, pieces[i].iov_base, size);
      at += size;
      left -= size;
    }
  }
  return written;
}

#define FORCE(function)                             \
  int function(int fd) {                            \
    REAL(function);                                 \
    if (fails(#function, number(fd))) return -1;    \
    int result = real(fd);                          \
    if (!result && number(fd)) log_line("force %d", number(fd)); \
    return result;                                  \
  }
FORCE(fsync)
FORCE(fdatasync)

#define TRUNCATE(function)                             \
  int function(int fd, off_t size) {                   \
    REAL(function);                                    \
    if (fails("ftruncate", number(fd))) return -1;     \
    int result = real(fd, size);                       \
    if (!result && number(fd)) log_line("truncate %d %ld", number(fd), (long)size); \
    return result;                                     \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SEEK(function)                              \
  off_t function(int fd, off_t offset, int whence) { \
    REAL(function);                                 \
    if (fails("lseek", number(fd))) return -1;      \
    return real(fd, offset, whence);                \
  }
SEEK(lseek)
SEEK(lseek64)

#define MAP(function)                                                                               \
  void* function(void* address, size_t size, int protection, int flags, int fd, off_t offset) {     \
    REAL(function);                                                                                 \
    /* It is never interrupted, and Java would take the error for an address. */                    \
    if (fails("mmap", failure != EINTR && number(fd))) return MAP_FAILED;                           \
    if (number(fd) && (flags & MAP_SHARED) && (protection & PROT_WRITE)) log_line("unknown mmap");  \
    return real(address, size, protection, flags, fd, offset);                                      \
  }
MAP(mmap)
MAP(mmap64)

// --------------------------------------------------------------------------------------------------------------- names

int rename(const char* from, const char* to) {
  REAL(rename);
  if (fails("rename", is_watched(to))) return -1;
  int result = real(from, to);
  if (!result && is_watched(to)) log_line("rename %s\t%s", from, to);
  return result;
}

#define REMOVE(function)                                    \
  int function(const char* path) {                          \
    REAL(function);                                         \
    if (fails(#function, is_watched(path))) return -1;      \
    int result = real(path);                                \
    if (!result && is_watched(path)) log_line("remove %s", path); \
    return result;                                          \
  }
REMOVE(unlink)
REMOVE(rmdir)

int mkdir(const char* path, mode_t mode) {
  REAL(mkdir);
  if (fails("mkdir", is_watched(path))) return -1;
  int result = real(path, mode);
  if (!result && is_watched(path)) log_line("mkdir %s", path);
  return result;
}

int chmod(const char* path, mode_t mode) {
  REAL(chmod);
  return fails("chmod", is_watched(path)) ? -1 : real(path, mode);
}

int fchmod(int fd, mode_t mode) {
  REAL(fchmod);
  return fails("fchmod", number(fd)) ? -1 : real(fd, mode);
}

int access(const char* path, int mode) {
  REAL(access);
  return fails("access", is_watched(path)) ? -1 : real(path, mode);
}

ssize_t readlink(const char* path, char* to, size_t size) {
  REAL(readlink);
  return fails("readlink", is_watched(path)) ? -1 : real(path, to, size);
}

char* realpath(const char* path, char* to) {
  REAL(realpath);
  return fails("realpath", is_watched(path)) ? NULL : real(path, to);
}

int statx(int at, const char* path, int flags, unsigned mask, struct statx* result) {
  REAL(statx);
  // A path that is empty stands for the open file.
  int watched = path[0] ? is_watched_at(at, path) : number(at);
  return fails("statx", watched) ? -1 : real(at, path, flags, mask, result);
}

#define STAT(function, type, what)                                    \
  int function(type file, struct stat64* result) {                    \
    REAL(function);                                                   \
    return fails(#function, what(file)) ? -1 : real(file, result);    \
  }
STAT(stat64, const char*, is_watched)
STAT(lstat64, const char*, is_watched)
STAT(fstat64, int, number)

// What the C library had until 2.33, and what programs that are built for it call.
#define OLD_STAT(function, type, what)                                         \
  int function(int version, type file, struct stat64* result);                 \
  int function(int version, type file, struct stat64* result) {                \
    REAL(function);                                                            \
    return fails(#function, what(file)) ? -1 : real(version, file, result);    \
  }
OLD_STAT(__xstat64, const char*, is_watched)
OLD_STAT(__lxstat64, const char*, is_watched)
OLD_STAT(__fxstat64, int, number)

DIR* opendir(const char* path) {
  REAL(opendir);
  int watched = is_watched(path);
  if (fails("opendir", watched)) return NULL;
  DIR* directory = real(path);
  if (directory) opened(dirfd(directory), path, 0, 1, watched);
  return directory;
}

DIR* fdopendir(int fd) {
  REAL(fdopendir);
  return fails("fdopendir", number(fd)) ? NULL : real(fd);
}

struct dirent64* readdir64(DIR* directory) {
  REAL(readdir64);
  return fails("readdir", number(dirfd(directory))) ? NULL : real(directory);
}

int closedir(DIR* directory) {
  REAL(closedir);
  int fd = dirfd(directory);
  int fail = fails("closedir", number(fd));
  int error = errno;
  if (fd >= 0 && fd < FILES) numbers[fd] = 0;
  int result = real(directory);
  if (!fail) return result;
  errno = error;
  return -1;
}

// ----------------------------------------------------------------------------------------------------------- for tests

// Watches a folder and all below it, by its full path.
void faults_watch(const char* path) {
  snprintf(folder, sizeof folder, "%s", path);
  folder_length = strlen(folder);
}

// Counts calls from here on, and has one of them fail: none for 0; with all that follow, if asked for.
void faults_begin(int call, int error, int all_that_follow) {
  calls = 0;
  name[0] = names[0] = 0;
  failure = error;
  for_good = all_that_follow;
  failing = call;
}

// Lets nothing fail from here on. Returns how many calls there were.
int faults_end(void) {
  failing = 0;
  return calls;
}

// The name of the first call that failed; empty if none did.
const char* faults_name(void) { return name; }

// The names of all calls since the beginning.
const char* faults_names(void) { return names; }

// Records what is done from here on in a file outside the folder.
void faults_record(const char* path) {
  record = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
  if (record < 0) abort();
}

// Puts a line into the record.
void faults_note(const char* text) { log_line("note %s", text); }
