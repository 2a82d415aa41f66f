int gone_for_good_one;
int gone_for_good_two;
