#include <vendor/steal.h>
int other;
