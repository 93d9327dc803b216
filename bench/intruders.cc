#include "bench/intruders.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>

namespace balcony::bench {
namespace {

constexpr size_t kCrowd = 2000;
constexpr timeval kPatience{.tv_sec = 1, .tv_usec = 0};
// What a client of HTTP/2 says first, and an empty SETTINGS frame: RFC 9113, section 3.4.
constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

volatile std::sig_atomic_t told_to_end = 0;

wire::Fd Connect(uint16_t port) {
  wire::Fd made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(made.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // A connection that is refused fails at what is said next.
  (void)connect(made.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where);
  return made;
}

void Say(const wire::Fd& connection, std::string_view what) {
  (void)!send(connection.get(), what.data(), what.size(), MSG_NOSIGNAL);
}

// Whether the other side, which has seen our certificate, talks HTTP/2 with us.
bool IsLetIn(SSL_CTX* context, const wire::Fd& connection) {
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context), SSL_free);
  SSL_set_fd(tls.get(), connection.get());
  char answer = 0;
  const bool in = SSL_connect(tls.get()) == 1 &&
                  SSL_write(tls.get(), kPreface.data(), static_cast<int>(kPreface.size())) > 0 &&
                  SSL_read(tls.get(), &answer, 1) == 1;
  ERR_clear_error();
  return in;
}

SSL_CTX* NewContext() {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  constexpr unsigned char kHttp2[] = "\2h2";
  SSL_CTX_set_alpn_protos(context, kHttp2, sizeof kHttp2 - 1);
  return context;
}

}  // namespace

int Intrude(uint16_t port, const std::string& folder) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, [](int) { told_to_end = 1; });
  SSL_CTX* nobody = NewContext();
  SSL_CTX* stranger = NewContext();
  const std::string own = folder + "/controller";
  if (SSL_CTX_use_certificate_chain_file(stranger, (own + ".pem").c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(stranger, (own + "-key.pem").c_str(), SSL_FILETYPE_PEM) != 1) {
    return 2;
  }
  raise(SIGSTOP);
  const std::string garbage(10'000, '\x5a');
  std::deque<wire::Fd> crowd;
  long tries = 0;
  long let_in = 0;
  while (told_to_end == 0) {
    Say(Connect(port), garbage);
    Say(Connect(port), kPreface);
    for (SSL_CTX* context : {nobody, stranger}) {
      if (IsLetIn(context, Connect(port))) ++let_in;
    }
    crowd.push_back(Connect(port));
    crowd.push_back(Connect(port));
    Say(crowd.back(), std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9));
    while (crowd.size() > kCrowd) crowd.pop_front();
    tries += 6;
  }
  std::printf("%ld %ld\n", tries, let_in);
  return 0;
}

Intruders::Intruders(uint16_t port, const std::string& folder) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  told_ = wire::Fd(ends[0]);
  const wire::Fd tell(ends[1]);
  pid_ = fork();
  if (pid_ == 0) {
    const sched_param none{};
    sched_setscheduler(0, SCHED_IDLE, &none);
    dup2(tell.get(), STDOUT_FILENO);
    execl("/proc/self/exe", "balcony_bench", "--intrude", std::to_string(port).c_str(),
          folder.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);
  if (!WIFSTOPPED(status)) std::abort();
}

Intruders::~Intruders() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Intruders::Let() const { kill(pid_, SIGCONT); }
void Intruders::HoldUp() const { kill(pid_, SIGSTOP); }

Intruders::Tally Intruders::Count() {
  kill(pid_, SIGTERM);
  kill(pid_, SIGCONT);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
  char text[64] = {};
  Tally tally;
  if (read(told_.get(), text, sizeof text - 1) < 0) return tally;
  char* end = text;
  tally.tries = std::strtod(text, &end);
  tally.let_in = std::strtod(end, &end);
  return tally;
}

}  // namespace balcony::bench
