import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { blanked, isRead, membersIn } from './members.ts'

/** A member of an interface or of an object, and where its name stands. */
export interface Member {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Asks the compiler about the project's types. Paths are relative to the repository. */
export interface LanguageServer {
  /** Members of an interface, a type or a constant of a file, those of its alternatives too; throws if it is not there. */
  membersOf(file: string, owner: string): Promise<readonly Member[]>
  /** Does one of these files read this member, or call it? One that only gives it a value does not. */
  isReadBy(member: Member, isReader: (file: string) => boolean): Promise<boolean>
  close(): Promise<void>
}

interface Range {
  readonly start: { readonly line: number; readonly character: number }
}
interface DocumentSymbol {
  readonly name: string
  readonly range: Range & { readonly end: Range['start'] }
}
interface Location {
  readonly uri: string
  readonly range: Range
}
interface Answer {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly items?: readonly unknown[] }
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

const uriOf = (file: string): string => pathToFileURL(resolve(file)).href
/** Where a place of the protocol stands in a text: its columns are UTF-16 units, as ours are. */
function offsetOf(text: string, { line, character }: Range['start']): number {
  let at = 0
  for (let n = 0; n < line; n++) at = text.indexOf('\n', at) + 1
  return at + character
}
const fileOf = (uri: string): string => relative(process.cwd(), fileURLToPath(uri))

/** Messages of the language server protocol over pipes: JSON behind a header that says its length. */
function framesOf(take: (answer: Answer) => void): (chunk: Buffer) => void {
  let read = Buffer.alloc(0)
  return (chunk) => {
    read = Buffer.concat([read, chunk])
    for (;;) {
      const head = read.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/i.exec(read.subarray(0, Math.max(0, head)).toString())?.[1])
      if (head < 0 || read.length < head + 4 + length) return
      const body = read.subarray(head + 4, head + 4 + length).toString()
      read = read.subarray(head + 4 + length)
      take(JSON.parse(body) as Answer)
    }
  }
}

/** The compiler's language server (`tsc --lsp`), so that uses are found by type and not by spelling. */
export async function startLanguageServer(): Promise<LanguageServer> {
  const server = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '--lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  const open = new Set<string>()
  let calls = 0
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const call = async (method: string, params?: unknown): Promise<unknown> => {
    const id = ++calls
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    send({ id, method, params })
    const { result, error } = await answered
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }
  server.stdout.on(
    'data',
    framesOf((answer) => {
      if (answer.id === undefined) return
      if (answer.method === undefined) waiting.get(answer.id)?.(answer)
      else send({ id: answer.id, result: answer.params?.items?.map(() => null) ?? null })
    }),
  )
  const codes = new Map<string, string>()
  const codeOf = (uri: string): string => {
    const code = codes.get(uri) ?? blanked(readFileSync(fileOf(uri), 'utf8'))
    codes.set(uri, code)
    return code
  }
  const opened = (file: string): string => {
    const uri = uriOf(file)
    if (!open.has(uri)) {
      const textDocument = { uri, languageId: 'typescript', version: 1, text: readFileSync(file, 'utf8') }
      send({ method: 'textDocument/didOpen', params: { textDocument } })
      open.add(uri)
    }
    return uri
  }
  await call('initialize', {
    processId: process.pid,
    rootUri: uriOf('.'),
    capabilities: { textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: true } } },
  })
  send({ method: 'initialized', params: {} })
  return {
    async membersOf(file, owner) {
      const symbols = await call('textDocument/documentSymbol', { textDocument: { uri: opened(file) } })
      const found = (symbols as readonly DocumentSymbol[]).find(({ name }) => name === owner)
      if (!found) throw new Error(`${file} has no ${owner}: name the place where it stands now`)
      const text = readFileSync(file, 'utf8')
      return membersIn(text, offsetOf(text, found.range.start), offsetOf(text, found.range.end)).map((at) => ({
        file,
        ...at,
      }))
    },
    async isReadBy({ file, line, column }, isReader) {
      const found = (await call('textDocument/references', {
        textDocument: { uri: opened(file) },
        position: { line, character: column },
        context: { includeDeclaration: false },
      })) as readonly Location[]
      return found.some(({ uri, range: { start } }) => {
        if (!isReader(fileOf(uri))) return false
        const code = codeOf(uri)
        return isRead(code, offsetOf(code, start))
      })
    },
    async close() {
      await call('shutdown')
      send({ method: 'exit' })
    },
  }
}
