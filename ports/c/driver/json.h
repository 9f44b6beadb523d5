/* As much JSON as the driver protocol has: objects of one line, read where they lie. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a key of the object that begins at `object`; NULL where it has none, or is no object. */
const char *json_member(const char *object, const char *key);
/* A number, or `otherwise` where there is none. */
uint32_t json_number(const char *value, uint32_t otherwise);
/* Is the value the string `text`? */
bool json_is(const char *value, const char *text);
bool json_true(const char *value);
/* Octets from a string of hexadecimal digits: how many, at most `room`. */
size_t json_octets(const char *value, uint8_t *octets, size_t room);

#endif
