/* The peer in C: the FastCGI development kit's own library. */
#include <fcgiapp.h>

int main(void) {
	FCGX_Request r;
	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&r) == 0) {
		FCGX_PutS("Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello world", r.out);
		FCGX_Finish_r(&r);
	}
	return 0;
}
