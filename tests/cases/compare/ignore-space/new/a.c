int  a;
int b; 
int c ;
int d;
int igloo=1;
