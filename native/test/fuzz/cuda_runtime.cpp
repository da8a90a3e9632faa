// radam_cuda_runtime.h on the emulated device, and on machines without one: devices, memory, streams and events.
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <radam/radam_cuda_runtime.h>

#include "../environment_variable.h"
#include "faults.h"
#include "filled.h"
#include "input.h"
#include "memory.h"

namespace radam_test {
namespace {

constexpr std::int32_t kDevice = 0;

enum Machine { kOrdinary, kNoDriver, kOldDriver, kNoDevice, kOldDevice, kMachines };
constexpr const char* kMachineNames[kMachines] = {"", "no-driver", "old-driver", "no-device", "old-device"};

// What every function that needs a device reports on the machine.
Faults faults_of(Machine machine) {
  switch (machine) {
    case kNoDriver: case kNoDevice: return fault(RADAM_CUDA_ERROR_NO_DEVICE);
    case kOldDriver: return fault(RADAM_CUDA_ERROR_DRIVER);
    default: return 0;
  }
}

class Run {
 public:
  explicit Run(Input& in) : in_(in) {
    const std::uint8_t b = in.byte();
    machine_ = b < 200 ? kOrdinary : static_cast<Machine>(b % kMachines);
    set_variable("RADAM_EMULATED_CUDA", kMachineNames[machine_]);
  }
  ~Run() { set_variable("RADAM_EMULATED_CUDA", nullptr); }

  void operator()() {
    for (unsigned n = 1 + in_.below(16); n > 0; --n) {
      switch (in_.below(9)) {
        case 0: allocate(); break;
        case 1: release(); break;
        case 2: copy(); break;
        case 3: fill(); break;
        case 4: check_pointer(); break;
        case 5: stream(); break;
        case 6: event(); break;
        case 7: device_info(); break;
        default: text(); break;
      }
      compare();
    }
    while (!memories_.empty()) release_last();
    for (void* const s : streams_) expect_call(radam_cuda_stream_destroy(kDevice, s), 0, "radam_cuda_stream_destroy");
    for (void* const e : events_) expect_call(radam_cuda_event_destroy(kDevice, e), 0, "radam_cuda_event_destroy");
  }

 private:
  struct Allocation {
    unsigned char* at;
    std::vector<unsigned char> expected;
    bool on_host;
  };

  // Statuses of CUDA have CUDA's words.
  void expect_call(radam_status status, Faults faults, const char* call) {
    expect(status, faults, call);
    has_failed_ = has_failed_ || (status >= RADAM_CUDA_ERROR_NO_DEVICE && status <= RADAM_CUDA_ERROR_MEMORY);
    require(!has_failed_ || *radam_cuda_last_error() != '\0', "CUDA has no words for its error");
  }

  std::int32_t some_device() { return in_.rarely(16) ? in_.choice(1) : kDevice; }

  Faults faults_of_device(std::int32_t device) const {
    return faults_of(machine_) | fault_if(device != kDevice, RADAM_CUDA_ERROR_DEVICE);
  }

  void compare() const {
    for (const Allocation& a : memories_)
      require(std::memcmp(a.at, a.expected.data(), a.expected.size()) == 0, "memory was changed");
  }

  void allocate() {
    const bool on_host = in_.rarely(3);
    const std::int32_t device = some_device();
    const std::int64_t bytes = in_.integer();
    void* const before = &in_;
    void* at = before;
    void** const to = in_.rarely(32) ? nullptr : &at;
    Faults f = on_host ? faults_of(machine_) : faults_of_device(device);
    f |= fault_if(bytes < 0, RADAM_ERROR_RANGE) | fault_if(bytes > std::int64_t{1} << 36, RADAM_CUDA_ERROR_MEMORY);
    if (to == nullptr) f = fault(RADAM_ERROR_NULL);
    if (f == 0 && bytes > kMostBytes) return;
    expect_call(on_host ? radam_cuda_host_malloc(bytes, to) : radam_cuda_malloc(device, bytes, to), f,
                "radam_cuda_malloc");
    require(f == 0 || at == before, "a failure, and an address");
    if (f != 0) return;
    require((at == nullptr) == (bytes == 0), "no memory, or memory of no size");
    require(reinterpret_cast<std::uintptr_t>(at) % 256 == 0, "memory that is not aligned");
    if (bytes == 0) return;
    auto* const first = static_cast<unsigned char*>(at);
    memories_.push_back({first, std::vector<unsigned char>(first, first + bytes), on_host});
  }

  void release_last() {
    const Allocation& a = memories_.back();
    expect_call(a.on_host ? radam_cuda_host_free(a.at) : radam_cuda_free(kDevice, a.at), faults_of(machine_),
                "radam_cuda_free");
    memories_.pop_back();
  }

  void release() {
    expect_call(radam_cuda_free(some_device(), nullptr), 0, "radam_cuda_free of null");
    expect_call(radam_cuda_host_free(nullptr), 0, "radam_cuda_host_free of null");
    if (memories_.empty()) return;
    const Allocation& a = memories_[in_.byte() % memories_.size()];
    const std::int32_t device = some_device();
    const Faults f = faults_of_device(device);
    if (f != 0) expect_call(radam_cuda_free(device, a.at), f, "radam_cuda_free");
    // Memory that is of the other kind.
    else if (in_.rarely(4))
      expect_call(a.on_host ? radam_cuda_free(kDevice, a.at) : radam_cuda_host_free(a.at),
                  fault(RADAM_CUDA_ERROR_CUDA), "radam_cuda_free of another kind of memory");
    else release_last();
  }

  // A part of some memory, of the host if there is none; or null.
  struct Part {
    unsigned char* at;
    unsigned char* expected;
    std::int64_t room;
  };
  Part some_part() {
    if (in_.rarely(16)) return {nullptr, nullptr, 0};
    if (memories_.empty() || in_.rarely(4)) return {host_, host_, sizeof host_};
    Allocation& a = memories_[in_.byte() % memories_.size()];
    const auto begin = static_cast<std::size_t>(in_.byte()) % a.expected.size();
    return {a.at + begin, a.expected.data() + begin, static_cast<std::int64_t>(a.expected.size() - begin)};
  }

  std::int64_t some_size(std::int64_t room) { return in_.rarely(16) ? -1 - in_.byte() : in_.byte() % (room + 1); }

  Faults faults_of_transfer(std::int32_t device, std::int64_t bytes, bool null) const {
    if (bytes == 0) return 0;
    return faults_of_device(device) | fault_if(bytes < 0, RADAM_ERROR_RANGE) |
           fault_if(bytes > 0 && null, RADAM_ERROR_NULL);
  }

  void copy() {
    const Part to = some_part(), from = some_part();
    const std::int32_t device = some_device();
    const bool null = to.at == nullptr || from.at == nullptr;
    const std::int64_t bytes = null ? in_.byte() % 2 : some_size(std::min(to.room, from.room));
    const auto distance = static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(to.at) -
                                                    reinterpret_cast<std::intptr_t>(from.at));
    if (!null && bytes > 0 && distance > -bytes && distance < bytes) return;  // they overlap
    const Faults f = faults_of_transfer(device, bytes, null);
    expect_call(radam_cuda_copy(device, to.at, from.at, bytes, nullptr), f, "radam_cuda_copy");
    if (f == 0 && bytes > 0) std::memmove(to.expected, from.expected, static_cast<std::size_t>(bytes));
  }

  void fill() {
    const Part to = some_part();
    if (to.at == host_) return;
    const std::int32_t device = some_device(), byte = in_.choice(255);
    const std::int64_t bytes = to.at == nullptr ? in_.byte() % 2 : some_size(to.room);
    const Faults f = faults_of_transfer(device, bytes, to.at == nullptr);
    expect_call(radam_cuda_fill(device, to.at, byte, bytes, nullptr), f, "radam_cuda_fill");
    if (f == 0 && bytes > 0) std::memset(to.expected, byte, static_cast<std::size_t>(bytes));
  }

  void check_pointer() {
    const Part part = some_part();
    const unsigned end = part.room > 0 ? in_.below(4) : 0;
    const unsigned char* const p = part.at == nullptr ? nullptr : end == 1 ? part.at + part.room - 1 : part.at;
    const std::int32_t device = some_device();
    const Faults f = faults_of_device(device) |
                     fault_if(part.at == nullptr || part.at == host_, RADAM_CUDA_ERROR_POINTER);
    expect_call(radam_cuda_check_pointer(device, p), f, "radam_cuda_check_pointer");
    if (part.at == nullptr || part.at == host_ || end != 2 || faults_of_device(device) != 0) return;
    const unsigned char* const behind = part.at + part.room;
    bool is_next = false;
    for (const Allocation& a : memories_) is_next = is_next || a.at == behind;
    if (is_next) return;
    expect_call(radam_cuda_check_pointer(device, behind), fault(RADAM_CUDA_ERROR_POINTER), "radam_cuda_check_pointer");
  }

  void* some(const std::vector<void*>& handles) {
    return handles.empty() || in_.rarely(8) ? nullptr : handles[in_.byte() % handles.size()];
  }

  // Creates a handle by the call, in some place.
  template <class Create>
  void create(const Create& call, std::vector<void*>& handles, const char* name) {
    const std::int32_t device = some_device();
    void* const before = &in_;
    void* handle = before;
    const bool null = in_.rarely(16);
    const Faults f = null ? fault(RADAM_ERROR_NULL) : faults_of_device(device);
    expect_call(call(device, null ? nullptr : &handle), f, name);
    require(f == 0 || handle == before, "a failure, and a handle");
    if (f == 0) handles.push_back(handle);
  }

  template <class Destroy>
  void destroy(const Destroy& call, std::vector<void*>& handles, const char* name) {
    expect_call(call(some_device(), nullptr), 0, name);
    if (handles.empty()) return;
    const std::int32_t device = some_device();
    const Faults f = faults_of_device(device);
    expect_call(call(device, handles.back()), f, name);
    if (f == 0) handles.pop_back();
  }

  void stream() {
    const std::int32_t device = some_device();
    switch (in_.below(3)) {
      case 0: create(radam_cuda_stream_create, streams_, "radam_cuda_stream_create"); break;
      case 1:
        expect_call(radam_cuda_stream_synchronize(device, some(streams_)), faults_of_device(device),
                    "radam_cuda_stream_synchronize");
        break;
      default: destroy(radam_cuda_stream_destroy, streams_, "radam_cuda_stream_destroy"); break;
    }
  }

  void event() {
    const std::int32_t device = some_device();
    void* const e = some(events_);
    const Faults f = e == nullptr ? fault(RADAM_ERROR_NULL) : faults_of_device(device);
    switch (in_.below(6)) {
      case 0: create(radam_cuda_event_create, events_, "radam_cuda_event_create"); break;
      case 1: expect_call(radam_cuda_event_record(device, e, some(streams_)), f, "radam_cuda_event_record"); break;
      case 2: expect_call(radam_cuda_stream_wait(device, some(streams_), e), f, "radam_cuda_stream_wait"); break;
      case 3: expect_call(radam_cuda_event_synchronize(device, e), f, "radam_cuda_event_synchronize"); break;
      case 4: {
        void* const end = some(events_);
        float milliseconds = -1;
        float* const to = in_.rarely(16) ? nullptr : &milliseconds;
        const Faults of_time = end == nullptr || to == nullptr ? fault(RADAM_ERROR_NULL) : f;
        expect_call(radam_cuda_event_elapsed(device, e, end, to), of_time, "radam_cuda_event_elapsed");
        require(of_time == 0 ? milliseconds >= 0 : milliseconds == -1, "no time, or a failure and a time");
        break;
      }
      default: destroy(radam_cuda_event_destroy, events_, "radam_cuda_event_destroy"); break;
    }
  }

  void device_info() {
    std::int32_t count = -5;
    expect_call(radam_cuda_device_count(&count), faults_of(machine_), "radam_cuda_device_count");
    require(count == (faults_of(machine_) == 0), "another number of devices");
    expect_call(radam_cuda_device_count(nullptr), fault(RADAM_ERROR_NULL), "radam_cuda_device_count");

    Memory memory;
    auto* const d = memory.place_struct(in_, marked<radam_cuda_device>());
    const std::int32_t device = some_device();
    memory.guard();
    expect_call(radam_cuda_device_info(device, nullptr), fault(RADAM_ERROR_NULL), "radam_cuda_device_info");
    const Faults f = faults_of_room(d) | faults_of_device(device);
    const Faults of_code = fault_if(machine_ == kOldDevice, RADAM_CUDA_ERROR_ARCHITECTURE);
    expect_call(radam_cuda_device_info(device, d), f != 0 ? f : of_code, "radam_cuda_device_info");
    if (f != 0) memory.require_unchanged("radam_cuda_device_info failed and changed something");
    if (f == 0) {
      auto known = marked<radam_cuda_device>();
      known.struct_size = sizeof known;
      expect_call(radam_cuda_device_info(device, &known), of_code, "radam_cuda_device_info");
      require_filled(d, known, d->struct_size);
      require(std::memchr(known.name, 0, sizeof known.name) != nullptr && *known.name != '\0',
              "a device without a name");
      require(known.multiprocessors > 0 && known.compute_capability > 0 && known.reserved == 0 &&
                  known.free_memory <= known.total_memory, "a device without a size");
    }
    memory.finish();
  }

  void text() {
    const auto number = in_.rarely(2) ? in_.bits<radam_status>() : in_.byte();
    const char* const sentence = radam_cuda_status_string(number);
    require(sentence != nullptr && *sentence != '\0', "a number without a sentence");
    require(std::string(sentence) != radam_cuda_status_string(-1) ||
                !(is_one_of(number, RADAM_ERROR_PATTERN + 1) ||
                  (number >= RADAM_CUDA_ERROR_NO_DEVICE && number <= RADAM_CUDA_ERROR_TENSOR)),
            "a status without a sentence of its own");
    require(radam_cuda_abi_version() == RADAM_CUDA_ABI_VERSION, "another version of the ABI");
    require(std::strcmp(radam_cuda_version(), radam_version()) == 0, "another version");
  }

  static constexpr std::int64_t kMostBytes = 4096;

  Input& in_;
  Machine machine_;
  std::vector<Allocation> memories_;
  std::vector<void*> streams_, events_;
  unsigned char host_[64] = {};
  bool has_failed_ = false;
};

}  // namespace
}  // namespace radam_test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  radam_test::Input in(data, size);
  radam_test::Run run(in);
  run();
  return 0;
}
