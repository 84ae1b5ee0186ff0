/** A JSON Schema, or any other part of the document. */
type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keywords whose schemas speak of the same object as the schema that holds them. */
const BESIDE = new Set(['oneOf', 'anyOf', 'allOf', 'if', 'then', 'else'])

/** Keywords whose members are values, in which nothing is a schema. */
const VALUES = new Set(['const', 'enum', 'default', 'example', 'examples'])

/**
 * Copies a document with every object of its schemas closed: a member that no schema names is then a fault. The document that
 * is published leaves answers open, because a later version may add members.
 */
export function closed(value: unknown, isWithin = false): unknown {
  if (Array.isArray(value)) return value.map((one) => closed(one, isWithin))
  if (!isNode(value)) return value
  const describesObject = isNode(value['properties']) || value['type'] === 'object'
  const isOpen = value['additionalProperties'] === undefined && isNode(value['properties'])
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (VALUES.has(key)) return [key, inner]
      if (key === 'properties' && isNode(inner))
        return [key, Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, closed(one)]))]
      return [key, closed(inner, BESIDE.has(key) && (describesObject || isWithin))]
    }),
  )
  return isOpen && !isWithin ? { ...copy, unevaluatedProperties: false } : copy
}
