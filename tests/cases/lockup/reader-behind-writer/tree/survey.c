static DECLARE_RWSEM(map_lock);

static int map_height(int x, int y)
{
	int height;

	down_read(&map_lock);
	height = map[y][x];
	up_read(&map_lock);
	return height;
}

static int survey_all(void *data)
{
	int highest = 0;

	down_read(&map_lock);
	for (int i = 0; i < MAP_SIZE; i++)
		highest = max(highest, map_height(i, i));
	up_read(&map_lock);
	return highest;
}

static int map_redraw(void *data)
{
	down_write(&map_lock);
	memset(map, 0, sizeof(map));
	up_write(&map_lock);
	return 0;
}
