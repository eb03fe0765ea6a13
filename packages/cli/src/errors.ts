/** The error of a command line that cannot be carried out. */

/** What the user asked for cannot be done, and nothing has been done. The message says why; there is no stack to show. */
export class UsageError extends Error {
  override get name(): string {
    return 'UsageError';
  }
}

/** What the system said, without the call and the path that Node puts around it. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way';
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'ELOOP':
      return 'too many symbolic links';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    default:
      return message;
  }
}
