int a;
int limit = 12;
int b;
int c;
int d;
int e;
int f;
int g;
