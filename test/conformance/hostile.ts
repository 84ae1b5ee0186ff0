/** Callback bodies that no carrier sends. None may be believed, none may break anything. */
export const HOSTILE_BODIES: Readonly<Record<string, { readonly type: string; readonly body: BodyInit | null }>> = {
  'no body': { type: 'application/x-www-form-urlencoded', body: null },
  'no body, JSON': { type: 'application/json', body: null },
  'half a JSON': { type: 'application/json', body: '{"receipts":[{"id":' },
  'JSON null': { type: 'application/json', body: 'null' },
  'a JSON number': { type: 'application/json', body: '9007199254740993' },
  'an empty list': { type: 'application/json', body: '[]' },
  'a list in a list': { type: 'application/json', body: `${'['.repeat(2_000)}${']'.repeat(2_000)}` },
  'a prototype': { type: 'application/json', body: '{"__proto__":{"status":10},"constructor":{"prototype":1}}' },
  'wrong types': { type: 'application/json', body: '{"at":"x","receipts":{"0":1},"messageid":{},"status":[10]}' },
  'ten thousand records': {
    type: 'application/json',
    body: JSON.stringify(Array.from({ length: 10_000 }, () => ({}))),
  },
  'ten thousand fields': {
    type: 'application/x-www-form-urlencoded',
    body: Array.from({ length: 10_000 }, (_, n) => `f${n}=1`).join('&'),
  },
  'bytes that are no UTF-8': { type: 'application/json', body: new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x80]) },
  'windows-1256': {
    type: 'application/x-www-form-urlencoded; charset=windows-1256',
    body: new Uint8Array([0xd3, 0xe1, 0xc7, 0xe3]),
  },
  'a NUL': { type: 'application/x-www-form-urlencoded', body: 'messageid=%00&status=%00' },
  'wrong escapes': { type: 'application/x-www-form-urlencoded', body: 'messageid=%zz&status=%e2%28' },
  XML: {
    type: 'text/xml',
    body: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  },
  multipart: {
    type: 'multipart/form-data; boundary=x',
    body: '--x\r\nContent-Disposition: form-data; name="status"\r\n\r\n10',
  },
}
