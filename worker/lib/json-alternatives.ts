/** JSON Schema of an object that has exactly one of these members; a zod schema takes it as metadata. */
export const exactlyOne = (...names: readonly string[]) => ({ oneOf: names.map((name) => ({ required: [name] })) })
/** The same of an object that has at least one of them. */
export const atLeastOne = (...names: readonly string[]) => ({ anyOf: names.map((name) => ({ required: [name] })) })
