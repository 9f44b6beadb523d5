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
/* The first element of an array, or key of an object; and the next. NULL: there is none. */
const char *json_first(const char *list);
const char *json_next(const char *element);
/* The value of a key that json_first or json_next gave. */
const char *json_value(const char *key);
/* The text of a string, cut to the room there is; "" where it is none. */
void json_text(const char *value, char *text, size_t room);

#endif
