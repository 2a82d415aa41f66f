header line number 0 here;
header line number 1 here;
header line number 2 here;
header line number 3 here;
header line number 4 here;
header line number 5 here;
header line number 6 here;
header line number 7 here;
header line number 8 here;
header line number 9 here;
header line number 10 here;
header line number 11 here;
int move_this_function(int a)
{
	call_number_0(a, b);
	call_number_1(a, b);
	call_number_2(a, b);
	call_number_3(a, b);
	call_number_4(a, b);
	call_number_5(a, b);
	call_number_6(a, b);
	call_number_7(a, b);
	return finish_it(a);
}
footer line number 0 here;
footer line number 1 here;
footer line number 2 here;
footer line number 3 here;
footer line number 4 here;
footer line number 5 here;
footer line number 6 here;
footer line number 7 here;
footer line number 8 here;
footer line number 9 here;
footer line number 10 here;
footer line number 11 here;
