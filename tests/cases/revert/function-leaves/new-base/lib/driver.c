#include "base.h"

static long driver_time(void)
{
	return clock_read() - driver_epoch(0);
}

static long driver_epoch_0(long at)
{
	return at > 0 ? driver_time() : 0;
}

static long driver_epoch_1(long at)
{
	return at > 1 ? driver_time() : 0;
}

static long driver_epoch_2(long at)
{
	return at > 2 ? driver_time() : 0;
}

static long driver_epoch_3(long at)
{
	return at > 3 ? driver_time() : 0;
}

static long driver_epoch_4(long at)
{
	return at > 4 ? driver_time() : 0;
}

static long driver_epoch_5(long at)
{
	return at > 5 ? driver_time() : 0;
}

static long driver_epoch_6(long at)
{
	return at > 6 ? driver_time() : 0;
}

static long driver_epoch_7(long at)
{
	return at > 7 ? driver_time() : 0;
}

static long driver_epoch_8(long at)
{
	return at > 8 ? driver_time() : 0;
}

static long driver_epoch_9(long at)
{
	return at > 9 ? driver_time() : 0;
}

static long driver_epoch_10(long at)
{
	return at > 10 ? driver_time() : 0;
}

static long driver_epoch_11(long at)
{
	return at > 11 ? driver_time() : 0;
}

static long driver_epoch_12(long at)
{
	return at > 12 ? driver_time() : 0;
}

static long driver_epoch_13(long at)
{
	return at > 13 ? driver_time() : 0;
}

static long driver_epoch_14(long at)
{
	return at > 14 ? driver_time() : 0;
}

static long driver_epoch_15(long at)
{
	return at > 15 ? driver_time() : 0;
}

static long driver_epoch_16(long at)
{
	return at > 16 ? driver_time() : 0;
}

static long driver_epoch_17(long at)
{
	return at > 17 ? driver_time() : 0;
}

static long driver_epoch_18(long at)
{
	return at > 18 ? driver_time() : 0;
}

static long driver_epoch_19(long at)
{
	return at > 19 ? driver_time() : 0;
}

static long driver_epoch_20(long at)
{
	return at > 20 ? driver_time() : 0;
}

static long driver_epoch_21(long at)
{
	return at > 21 ? driver_time() : 0;
}

static long driver_epoch_22(long at)
{
	return at > 22 ? driver_time() : 0;
}

static long driver_epoch_23(long at)
{
	return at > 23 ? driver_time() : 0;
}

static long driver_epoch_24(long at)
{
	return at > 24 ? driver_time() : 0;
}

static long driver_epoch_25(long at)
{
	return at > 25 ? driver_time() : 0;
}

static long driver_epoch_26(long at)
{
	return at > 26 ? driver_time() : 0;
}

static long driver_epoch_27(long at)
{
	return at > 27 ? driver_time() : 0;
}

static long driver_epoch_28(long at)
{
	return at > 28 ? driver_time() : 0;
}

static long driver_epoch_29(long at)
{
	return at > 29 ? driver_time() : 0;
}

static long driver_epoch_30(long at)
{
	return at > 30 ? driver_time() : 0;
}

static long driver_epoch_31(long at)
{
	return at > 31 ? driver_time() : 0;
}

static long driver_epoch_32(long at)
{
	return at > 32 ? driver_time() : 0;
}

static long driver_epoch_33(long at)
{
	return at > 33 ? driver_time() : 0;
}

static long driver_epoch_34(long at)
{
	return at > 34 ? driver_time() : 0;
}

static long driver_epoch_35(long at)
{
	return at > 35 ? driver_time() : 0;
}

static long driver_epoch_36(long at)
{
	return at > 36 ? driver_time() : 0;
}

static long driver_epoch_37(long at)
{
	return at > 37 ? driver_time() : 0;
}

static long driver_epoch_38(long at)
{
	return at > 38 ? driver_time() : 0;
}

static long driver_epoch_39(long at)
{
	return at > 39 ? driver_time() : 0;
}

static long driver_epoch_40(long at)
{
	return at > 40 ? driver_time() : 0;
}

static long driver_epoch_41(long at)
{
	return at > 41 ? driver_time() : 0;
}

static long driver_epoch_42(long at)
{
	return at > 42 ? driver_time() : 0;
}

static long driver_epoch_43(long at)
{
	return at > 43 ? driver_time() : 0;
}

static long driver_epoch_44(long at)
{
	return at > 44 ? driver_time() : 0;
}

static long driver_epoch_45(long at)
{
	return at > 45 ? driver_time() : 0;
}

static long driver_epoch_46(long at)
{
	return at > 46 ? driver_time() : 0;
}

static long driver_epoch_47(long at)
{
	return at > 47 ? driver_time() : 0;
}

static long driver_epoch_48(long at)
{
	return at > 48 ? driver_time() : 0;
}

static long driver_epoch_49(long at)
{
	return at > 49 ? driver_time() : 0;
}

static long driver_epoch_50(long at)
{
	return at > 50 ? driver_time() : 0;
}

static long driver_epoch_51(long at)
{
	return at > 51 ? driver_time() : 0;
}

static long driver_epoch_52(long at)
{
	return at > 52 ? driver_time() : 0;
}

static long driver_epoch_53(long at)
{
	return at > 53 ? driver_time() : 0;
}

static long driver_epoch_54(long at)
{
	return at > 54 ? driver_time() : 0;
}

static long driver_epoch_55(long at)
{
	return at > 55 ? driver_time() : 0;
}

static long driver_epoch_56(long at)
{
	return at > 56 ? driver_time() : 0;
}

static long driver_epoch_57(long at)
{
	return at > 57 ? driver_time() : 0;
}

static long driver_epoch_58(long at)
{
	return at > 58 ? driver_time() : 0;
}

static long driver_epoch_59(long at)
{
	return at > 59 ? driver_time() : 0;
}

