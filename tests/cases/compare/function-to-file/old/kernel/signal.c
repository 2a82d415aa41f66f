#include <signal.h>

