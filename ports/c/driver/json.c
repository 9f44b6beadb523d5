#include "json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_space(const char *at) {
    while (isspace((unsigned char)*at))
        at++;
    return at;
}

/* Behind the string that begins here. */
static const char *skip_string(const char *at) {
    for (at++; *at != '\0' && *at != '"'; at++)
        if (*at == '\\' && at[1] != '\0')
            at++;
    return *at == '"' ? at + 1 : at;
}

/* Behind the value that begins here. */
static const char *skip_value(const char *at) {
    int depth = 0;

    do {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        else if (*at == '}' || *at == ']')
            depth--;
        at++;
    } while (*at != '\0' && (depth > 0 || (*at != ',' && *at != '}' && *at != ']')));
    return at;
}

const char *json_member(const char *object, const char *key) {
    size_t length = strlen(key);

    if (object == NULL || *(object = skip_space(object)) != '{')
        return NULL;
    object = skip_space(object + 1);
    while (*object == '"') {
        const char *name = object + 1;
        const char *value = skip_space(skip_string(object));

        if (*value != ':')
            return NULL;
        value = skip_space(value + 1);
        if (strncmp(name, key, length) == 0 && name[length] == '"')
            return value;
        object = skip_space(skip_value(value));
        if (*object == ',')
            object = skip_space(object + 1);
    }
    return NULL;
}

uint32_t json_number(const char *value, uint32_t otherwise) {
    return value != NULL && isdigit((unsigned char)*value) ? strtoul(value, NULL, 10) : otherwise;
}

bool json_is(const char *value, const char *text) {
    size_t length = strlen(text);
    return value != NULL && *value == '"' && strncmp(value + 1, text, length) == 0 && value[1 + length] == '"';
}

bool json_true(const char *value) { return value != NULL && strncmp(value, "true", 4) == 0; }

static int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t json_octets(const char *value, uint8_t *octets, size_t room) {
    size_t count = 0;

    if (value == NULL || *value != '"')
        return 0;
    for (value++; count < room; value += 2) {
        int high = digit(value[0]);
        int low = high < 0 ? -1 : digit(value[1]);
        if (low < 0)
            break;
        octets[count++] = high << 4 | low;
    }
    return count;
}

const char *json_first(const char *list) {
    if (list == NULL || (*list != '[' && *list != '{'))
        return NULL;
    list = skip_space(list + 1);
    return *list == ']' || *list == '}' || *list == '\0' ? NULL : list;
}

const char *json_next(const char *element) {
    const char *behind = skip_space(skip_value(element));

    return *behind == ',' ? skip_space(behind + 1) : NULL;
}

const char *json_value(const char *key) {
    const char *colon = skip_space(skip_string(key));
    return *colon == ':' ? skip_space(colon + 1) : NULL;
}

void json_text(const char *value, char *text, size_t room) {
    size_t length = 0;

    if (value != NULL && *value == '"')
        for (value++; *value != '\0' && *value != '"' && length + 1 < room; value++) {
            if (*value == '\\' && value[1] == 'u' && strnlen(value, 6) == 6) {
                /* Control characters, and those of ASCII; there are no others in a path. */
                text[length++] = strtoul((char[5]){ value[2], value[3], value[4], value[5] }, NULL, 16);
                value += 5;
                continue;
            }
            if (*value == '\\' && value[1] != '\0')
                value++;
            text[length++] = *value;
        }
    text[length] = '\0';
}
