/* Stands in for libFuzzer: gives a target every file of the folders that are named, once. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static int replay(const char *folder, const char *name)
{
    char path[4096];
    uint8_t *data;
    size_t size;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return 1;
    fseek(file, 0, SEEK_END);
    size = (size_t)ftell(file);
    rewind(file);
    data = malloc(size + 1); /* no more: a sanitizer sees what reads beyond */
    if (!data || fread(data, 1, size, file) != size)
        exit(1);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int count, char **folders)
{
    unsigned files = 0;

    for (int i = 1; i < count; i++) {
        DIR *folder = opendir(folders[i]);
        const struct dirent *entry;

        while (folder && (entry = readdir(folder))) {
            if (entry->d_name[0] == '.')
                continue;
            if (replay(folders[i], entry->d_name))
                return 1;
            files++;
        }
        if (folder)
            closedir(folder);
    }
    printf("%u files\n", files);
    return files ? 0 : 1;
}
