/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where messages of the kernel go. */
#include <penguin/console.h>
#include <penguin/errno.h>

int sys_read_messages(char *buffer, unsigned int size)
{
	unsigned int length;

	length = min(size, messages_length());
	copy_to_user(buffer, messages(), length);
	return length;
}
