/* Linked into static programs for Linux, before main: names of computers come from the hosts file and name
 * servers, those of users from their file, which the C library reads by itself. Whatever else
 * /etc/nsswitch.conf says are modules of the system's own C library: a static program that loads one crashes
 * wherever that is another version than its own. */

#include <nss.h>

__attribute__((constructor)) static void look_names_up_alone(void)
{
    __nss_configure_lookup("hosts", "files dns");
    __nss_configure_lookup("passwd", "files");
}
