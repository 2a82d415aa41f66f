#define WARM 1
#define COLD 0

struct pond {
	int level;
	int ice;
};

int melt(int ice);
