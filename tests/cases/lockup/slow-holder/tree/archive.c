struct inode {
	struct rw_semaphore i_rwsem;
	unsigned long i_ino;
};

static DEFINE_MUTEX(archive_lock);

static int archive_fetch(unsigned long page)
{
	return out_of_line_wait_on_bit(page_flags(page), PG_locked, bit_wait_io, TASK_UNINTERRUPTIBLE);
}

ssize_t archive_read(struct file *file, char __user *buffer, size_t size, loff_t *at)
{
	ssize_t got;

	mutex_lock(&archive_lock);
	got = archive_fetch(*at);
	mutex_unlock(&archive_lock);
	return got;
}

int archive_move(struct inode *folder, struct inode *inode)
{
	down_write(&folder->i_rwsem);
	down_write(&inode->i_rwsem);
	inode->i_ino = folder->i_ino;
	up_write(&inode->i_rwsem);
	up_write(&folder->i_rwsem);
	return 0;
}
