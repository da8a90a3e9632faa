// A page between two that may not be touched.
#ifndef RADAM_TEST_GUARDED_PAGE_H
#define RADAM_TEST_GUARDED_PAGE_H

#include <cstddef>
#include <new>

#ifdef _WIN32
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace radam_test {

class GuardedPage {
 public:
  GuardedPage() : size_(page_size()), mapping_(map(3 * size_)) {
    if (mapping_ == nullptr) throw std::bad_alloc();
    allow_writes(true);
  }
  ~GuardedPage() { unmap(mapping_, 3 * size_); }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;

  unsigned char* begin() const { return mapping_ + size_; }
  unsigned char* end() const { return begin() + size_; }
  // Reads are always allowed.
  void allow_writes(bool allowed) {
    if (!protect(begin(), size_, allowed)) throw std::bad_alloc();
  }

 private:
#ifdef _WIN32
  static std::size_t page_size() {
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return system.dwPageSize;
  }
  static unsigned char* map(std::size_t size) {
    return static_cast<unsigned char*>(VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_NOACCESS));
  }
  static void unmap(unsigned char* mapping, std::size_t) { VirtualFree(mapping, 0, MEM_RELEASE); }
  static bool protect(unsigned char* page, std::size_t size, bool writes) {
    DWORD before;
    return VirtualProtect(page, size, writes ? PAGE_READWRITE : PAGE_READONLY, &before);
  }
#else
  static std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }
  static unsigned char* map(std::size_t size) {
    void* const mapping = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mapping == MAP_FAILED ? nullptr : static_cast<unsigned char*>(mapping);
  }
  static void unmap(unsigned char* mapping, std::size_t size) { munmap(mapping, size); }
  static bool protect(unsigned char* page, std::size_t size, bool writes) {
    return mprotect(page, size, writes ? PROT_READ | PROT_WRITE : PROT_READ) == 0;
  }
#endif

  std::size_t size_;
  unsigned char* mapping_;
};

}  // namespace radam_test

#endif
