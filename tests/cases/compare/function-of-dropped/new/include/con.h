static inline int con_level(void)
{
	int level;

	level = 1;
	return level;
}
struct console {
	int level;
} __packed;
