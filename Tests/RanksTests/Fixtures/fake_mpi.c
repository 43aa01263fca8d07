/* A library that looks like MPI and looks at what it is handed: one of three binary interfaces, or none.
   -DOPEN_MPI, -DMPICH, -DSTANDARD, -DUNKNOWN. It pretends to be rank 0 of FAKE_SIZE processes which all do the same,
   and answers 13 to a call with a wrong argument. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef FAKE_SIZE
#define FAKE_SIZE 2
#endif
#if defined(OPEN_MPI)
typedef struct object *handle;
struct object { long nothing; };
struct object ompi_mpi_comm_world, ompi_mpi_byte, ompi_mpi_errors_return;
#define WORLD (&ompi_mpi_comm_world)
#define BYTE (&ompi_mpi_byte)
#define RETURN (&ompi_mpi_errors_return)
#define NO_STATUS ((void *)0)
static struct object half;
#define HALF (&half)
#define VERSION "Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4, repo rev: v4.1.4, May 26, 2022"
#elif defined(STANDARD)
typedef struct object *handle;
#define WORLD ((handle)0x101)
#define BYTE ((handle)0x247)
#define RETURN ((handle)0x143)
#define NO_STATUS ((void *)0)
#define HALF ((handle)0x1234)
#define FUNNELED 1024
#define VERSION "MPICH Version:      5.0.2\nMPICH Release date: today"
int MPI_Abi_get_version(int *major, int *minor) { *major = 1; *minor = 0; return 0; }
#else
typedef int handle;
#define WORLD 0x44000000
#define BYTE 0x4c00010d
#define RETURN 0x54000001
#define NO_STATUS ((void *)1)
#define HALF ((int)0x84000002)
#if defined(UNKNOWN)
#define VERSION "Somebody's MPI 1.0"
#else
#define VERSION "MPICH Version:      4.0.2\nMPICH Release date: Thu Apr  7 12:34:45 CDT 2022"
/* MPICH 5 has the name in its own interface too. */
int MPI_Abi_get_version(int *major, int *minor) { *major = -1; *minor = -1; return 0; }
#endif
#endif
#ifndef FUNNELED
#define FUNNELED 1
#endif
#define CHECK(x) do { if (!(x)) { fprintf(stderr, "fake MPI: %s\n", #x); return 13; } } while (0)
int MPI_Get_library_version(char *text, int *length) { strcpy(text, VERSION); *length = strlen(text); return 0; }
int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
    CHECK(argc == 0 && argv == 0 && required == FUNNELED);
    *provided = FUNNELED;
    return 0;
}
int MPI_Finalize(void) { return 0; }
int MPI_Abort(handle comm, int status) { exit(status); }
int MPI_Comm_rank(handle comm, int *rank) { CHECK(comm == WORLD || comm == HALF); *rank = 0; return 0; }
int MPI_Comm_size(handle comm, int *size) { *size = comm == HALF ? 1 : FAKE_SIZE; return 0; }
int MPI_Comm_set_errhandler(handle comm, handle handler) { CHECK(comm == WORLD && handler == RETURN); return 0; }
int MPI_Barrier(handle comm) { CHECK(comm == WORLD || comm == HALF); return 0; }
int MPI_Bcast(void *data, int count, handle type, int root, handle comm) {
    CHECK(type == BYTE && comm == WORLD && root == 1 && count > 0);
    memset(data, 'b', count);
    return 0;
}
int MPI_Allgatherv(const void *from, int count, handle type, void *to, const int *counts, const int *places,
                   handle to_type, handle comm) {
    CHECK(type == BYTE && to_type == BYTE && (comm == WORLD || comm == HALF));
    CHECK(count == counts[0] && places[0] == 0);
    memcpy(to, from, count);
    if (comm == WORLD) { CHECK(places[1] == counts[0]); memcpy((char *)to + places[1], from, counts[1]); }
    return 0;
}
int MPI_Alltoallv(const void *from, const int *counts, const int *places, handle type, void *to, const int *to_counts,
                  const int *to_places, handle to_type, handle comm) {
    CHECK(type == BYTE && to_type == BYTE && comm == WORLD);
    CHECK(places[0] == 0 && places[1] == counts[0] && to_places[0] == 0 && to_places[1] == to_counts[0]);
    memcpy(to, from, to_counts[0]);
    memcpy((char *)to + to_places[1], from, to_counts[1]);
    return 0;
}
int MPI_Sendrecv(const void *from, int count, handle type, int to, int tag, void *into, int into_count,
                 handle into_type, int other, int into_tag, handle comm, void *status) {
    CHECK(type == BYTE && into_type == BYTE && to == 1 && other == 1 && tag == into_tag && comm == WORLD);
    CHECK(status == NO_STATUS && count == into_count);
    memcpy(into, from, count);
    return 0;
}
int MPI_Comm_split(handle comm, int color, int key, handle *part) {
    CHECK(comm == WORLD && color == 3 && key == 0);
    *part = HALF;
    return 0;
}
int MPI_Error_string(int code, char *text, int *length) {
    *length = sprintf(text, "fake error %d", code);
    return 0;
}
