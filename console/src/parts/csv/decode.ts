/** Encodings that files of people come in, the usual first. */
export const ENCODINGS = ['utf-8', 'windows-1256', 'utf-16le', 'utf-16be'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** What stands for bytes that are no letter of the encoding. */
export const UNREAD = '\ufffd'

/** Reads a file's text. The mark at its head is dropped, and what is no letter of the encoding becomes �. */
export const decode = (bytes: Uint8Array, encoding: Encoding): string => new TextDecoder(encoding).decode(bytes)
