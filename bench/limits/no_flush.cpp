// Loaded into a server (LD_PRELOAD), it makes every flush a success that does nothing: what a
// server costs whose writes do not survive a power cut. For measuring beside servers that never
// flush; never for values that matter.

extern "C" {

int fsync(int)
{
    return 0;
}

int fdatasync(int)
{
    return 0;
}

int syncfs(int)
{
    return 0;
}

int sync_file_range(int, long, long, unsigned)
{
    return 0;
}
}
