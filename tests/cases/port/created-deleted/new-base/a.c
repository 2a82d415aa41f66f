int a;
int more;
