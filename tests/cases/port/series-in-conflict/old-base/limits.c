int a;
int limit = 10;
int b;
int c;
int d;
int e;
int f;
int g;
