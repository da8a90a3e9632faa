// NCCL's contract, as its header and its guide have it, for ranks that are threads of one process and share the
// emulated device: no line of NCCL is in it, and what it does not know of is an error here. Bytes are copied once both
// the send and the receive are there. Until then the stream has work, and a communicator is as if in progress for a few
// questions.
//
// radam_nccl_trouble() says what is to go wrong.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "other_work.h"

#ifdef _WIN32
#define EXPORT extern "C" __declspec(dllexport)
#else
#define EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace {

enum Result {
  kSuccess = 0,
  kUnhandledCudaError = 1,
  kSystemError = 2,
  kInvalidArgument = 4,
  kInvalidUsage = 5,
  kRemoteError = 6,
  kInProgress = 7
};

constexpr int kVersion = 22703;
// Those who have asked so often are told that a call is no longer in progress.
constexpr int kQuestions = 3;
constexpr int kUint8 = 1;

struct UniqueId {
  char bytes[128];
};

// What a version of NCCL as of 2.14 knows of ncclConfig_t.
struct Config {
  std::size_t size;
  unsigned magic, version;
  int blocking;
};

// The ranks that have one unique id.
struct Clique {
  int size;
  std::set<int> ranks;
};

// A group of sends and receives: its work in the stream, which has that number, ends once none of them is left.
struct Job {
  std::int64_t work;
  int left;
};

}  // namespace

struct Communicator {
  std::shared_ptr<Clique> clique;
  int rank;
  int questions;  // to be answered by "in progress"
  bool stuck;     // all others, too
  Result error;
  bool finalized;
};

namespace {

struct Message {
  Communicator* owner;
  bool sends;
  int peer;
  char* memory;
  std::size_t bytes;
  std::shared_ptr<Job> job;
  bool lost;
};

std::mutex mutex;  // guards all that follows
std::map<std::uint64_t, std::shared_ptr<Clique>> cliques;
std::uint64_t last_id;
std::set<Communicator*> communicators;
std::vector<Message> waiting;
std::string trouble;
int trouble_rank;

struct Queued {
  Message message;
  void* stream;
};
thread_local int group_depth;
thread_local std::vector<Queued> group;
thread_local Result group_error;  // the first one
thread_local int version = kVersion;

bool is_troubled(const char* what, int rank) { return trouble == what && trouble_rank == rank; }

Result state(Communicator& communicator) {
  if (communicator.error != kSuccess) return communicator.error;
  if (communicator.stuck || static_cast<int>(communicator.clique->ranks.size()) < communicator.clique->size ||
      communicator.questions > 0) {
    return kInProgress;
  }
  return kSuccess;
}

Result usable(Communicator* communicator) {
  if (communicators.count(communicator) == 0) return kInvalidArgument;
  const Result present = state(*communicator);
  if (present == kInProgress || communicator->finalized) return kInvalidUsage;
  return present;
}

void end_one_of(Job& job) {
  if (--job.left == 0) radam_emulated_work_ends(job.work);
}

bool fit(const Message& one, const Message& other) {
  return one.sends != other.sends && one.owner->clique == other.owner->clique && one.peer == other.owner->rank &&
         one.owner->rank == other.peer;
}

// Messages between two ranks are in order: only the first one that fits is another's counterpart. One of another size
// is none, and then both wait forever.
void submit(const Message& message) {
  const auto found = std::find_if(waiting.begin(), waiting.end(), [&](const Message& o) { return fit(message, o); });
  if (found == waiting.end() || found->bytes != message.bytes || found->lost || message.lost) {
    waiting.push_back(message);
    return;
  }
  const Message &from = message.sends ? message : *found, &to = message.sends ? *found : message;
  std::memcpy(to.memory, from.memory, message.bytes);
  end_one_of(*found->job);
  end_one_of(*message.job);
  waiting.erase(found);
}

Result take(bool sends, void* memory, std::size_t count, int type, int peer, Communicator* communicator, void* stream) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (const Result result = usable(communicator)) return result;
  if (is_troubled("send", communicator->rank)) return kInvalidArgument;
  if (type != kUint8 || peer < 0 || peer >= communicator->clique->size || count == 0) return kInvalidArgument;
  if (group_depth == 0) return kInvalidUsage;  // NCCL would take it, and wait for each message alone
  if (!radam_emulated_is_device_memory(memory, static_cast<std::int64_t>(count))) return kInvalidArgument;
  const bool lost = is_troubled("lost", communicator->rank);
  group.push_back({{communicator, sends, peer, static_cast<char*>(memory), count, nullptr, lost}, stream});
  return kSuccess;
}

int queue(bool sends, void* memory, std::size_t count, int type, int peer, Communicator* communicator, void* stream) {
  const Result result = take(sends, memory, count, type, peer, communicator, stream);
  if (group_depth > 0 && group_error == kSuccess) group_error = result;
  return result;
}

void forget(Communicator* communicator) {
  for (Message& message : waiting) {
    if (message.owner == communicator) end_one_of(*message.job);
  }
  waiting.erase(std::remove_if(waiting.begin(), waiting.end(),
                               [&](const Message& message) { return message.owner == communicator; }),
                waiting.end());
  communicators.erase(communicator);
  delete communicator;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------- for the tests

// What goes wrong from now on for a rank: "init" fails, "init-later" fails once it was begun, "send" is refused,
// "queue" never ends, "remote" is an error of the network after a group was queued, "lost" messages never arrive,
// "finalize" never ends; "device" is another device than the first. "" is nothing.
EXPORT void radam_nccl_trouble(const char* what, int rank) {
  const std::lock_guard<std::mutex> lock(mutex);
  trouble = what;
  trouble_rank = rank;
}

// The version that the calling thread's library has.
EXPORT void radam_nccl_set_version(int code) { version = code; }
EXPORT int radam_nccl_version() { return kVersion; }

// The communicators that were neither destroyed nor aborted.
EXPORT int radam_nccl_alive() {
  const std::lock_guard<std::mutex> lock(mutex);
  return static_cast<int>(communicators.size());
}

// ------------------------------------------------------------------------------------------------------------- NCCL

EXPORT int ncclGetVersion(int* code) {
  *code = version;
  return kSuccess;
}

EXPORT int ncclGetUniqueId(UniqueId* id) {
  const std::lock_guard<std::mutex> lock(mutex);
  std::memset(id->bytes, 0x5A, sizeof id->bytes);
  ++last_id;
  std::memcpy(id->bytes, &last_id, sizeof last_id);
  return kSuccess;
}

EXPORT int ncclCommInitRankConfig(Communicator** made, int size, UniqueId id, int rank, const Config* config) {
  const std::lock_guard<std::mutex> lock(mutex);
  *made = nullptr;
  if (config->size < sizeof(Config) || config->magic != 0xcafebeef || config->version < 21400) return kInvalidArgument;
  if (config->blocking != 0) return kInvalidUsage;  // NCCL would take it, and an abort could hang
  std::uint64_t number;
  std::memcpy(&number, id.bytes, sizeof number);
  const bool rest = std::all_of(id.bytes + sizeof number, id.bytes + sizeof id.bytes, [](char c) { return c == 0x5A; });
  if (number == 0 || number > last_id || !rest || rank < 0 || rank >= size) return kInvalidArgument;
  if (is_troubled("init", rank)) return kSystemError;
  std::shared_ptr<Clique>& clique = cliques[number];
  if (clique == nullptr) clique = std::make_shared<Clique>(Clique{size, {}});
  const bool fails = is_troubled("init-later", rank);
  if (clique->size != size || (!fails && !clique->ranks.insert(rank).second)) return kInvalidArgument;
  *made = new Communicator{clique, rank, kQuestions, false, fails ? kRemoteError : kSuccess, false};
  communicators.insert(*made);
  return kInProgress;
}

EXPORT int ncclCommGetAsyncError(Communicator* communicator, int* error) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (communicators.count(communicator) == 0) return kInvalidArgument;
  *error = state(*communicator);
  communicator->questions = std::max(0, communicator->questions - 1);
  return kSuccess;
}

EXPORT int ncclCommCuDevice(Communicator* communicator, int* device) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (const Result result = usable(communicator)) return result;
  *device = is_troubled("device", communicator->rank) ? 1 : 0;
  return kSuccess;
}

EXPORT int ncclGroupStart() {
  ++group_depth;
  return kSuccess;
}

EXPORT int ncclSend(const void* memory, std::size_t count, int type, int peer, Communicator* to, void* stream) {
  return queue(true, const_cast<void*>(memory), count, type, peer, to, stream);
}

EXPORT int ncclRecv(void* memory, std::size_t count, int type, int peer, Communicator* from, void* stream) {
  return queue(false, memory, count, type, peer, from, stream);
}

EXPORT int ncclGroupEnd() {
  if (group_depth == 0) return kInvalidUsage;
  if (--group_depth > 0) return kSuccess;
  std::vector<Queued> ended;
  ended.swap(group);
  if (const Result error = std::exchange(group_error, kSuccess)) return error;  // nothing of the group is sent
  if (ended.empty()) return kSuccess;
  const std::lock_guard<std::mutex> lock(mutex);
  Communicator* const communicator = ended.front().message.owner;
  void* const stream = ended.front().stream;
  for (const Queued& queued : ended) {
    if (queued.message.owner != communicator || queued.stream != stream) return kInvalidUsage;  // of this emulation
  }
  if (communicators.count(communicator) == 0) return kInvalidArgument;  // another thread has aborted it
  std::vector<const void*> memory;
  for (const Queued& queued : ended) memory.push_back(queued.message.memory);
  const auto count = static_cast<int>(memory.size());
  const auto job = std::make_shared<Job>(Job{radam_emulated_work_begins(stream, memory.data(), count), count});
  const bool fails = is_troubled("remote", communicator->rank);
  for (Queued& queued : ended) {
    queued.message.job = job;
    queued.message.lost = queued.message.lost || fails;
    submit(queued.message);
  }
  communicator->questions = kQuestions;
  communicator->stuck = is_troubled("queue", communicator->rank);
  if (fails) communicator->error = kRemoteError;
  return kInProgress;
}

EXPORT int ncclCommFinalize(Communicator* communicator) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (const Result result = usable(communicator)) return result;
  communicator->finalized = true;
  communicator->questions = kQuestions;
  communicator->stuck = is_troubled("finalize", communicator->rank);
  return kInProgress;
}

EXPORT int ncclCommDestroy(Communicator* communicator) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (communicators.count(communicator) == 0) return kInvalidArgument;
  if (state(*communicator) != kSuccess || !communicator->finalized) return kInvalidUsage;
  forget(communicator);
  return kSuccess;
}

EXPORT int ncclCommAbort(Communicator* communicator) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (communicators.count(communicator) == 0) return kInvalidArgument;
  forget(communicator);
  return kSuccess;
}

EXPORT const char* ncclGetErrorString(int result) {
  switch (result) {
    case kSuccess: return "no error";
    case kUnhandledCudaError: return "CUDA has failed";
    case kSystemError: return "the system has failed";
    case kInvalidArgument: return "invalid argument";
    case kInvalidUsage: return "invalid usage";
    case kRemoteError: return "another process or the network has failed";
    case kInProgress: return "in progress";
    default: return "unknown result code";
  }
}

EXPORT const char* ncclGetLastError(Communicator*) { return "as the test has asked for"; }
