import { globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript'

/**
 * Sentences of the API that a person may read: what is wrong with a field, what a problem says beside its title, what a
 * carrier's failure says, why a webhook was not told. The API's document has no list of them, so they are found in the Workers'
 * sources by where they stand, and followed through constants and functions to the words that they are made of. `{}` stands for
 * what is put in at run time.
 */
const ROOT = resolve(import.meta.dirname, '../../worker')

/** Names of members and parameters whose text reaches a person. */
const SAID = new Set(['detail', 'message', 'fault'])
/** The same for the flows alone: elsewhere a reason is a code, or an example of what people write. */
const SAID_IN_FLOWS = new Set([...SAID, 'reason'])
/** Checks of zod whose second argument is the sentence. */
const CHECKS = new Set([
  'refine',
  'regex',
  'min',
  'max',
  'length',
  'startsWith',
  'endsWith',
  'includes',
  'literal',
  'enum',
  'multipleOf',
])
/** Folders whose messages stay in the log, or speak OAuth to programs. */
const UNSAID =
  /^(?:lib\/(?:transit|mail)|routes\/public|flows\/identity\/registries|flows\/carriers\/joint-jobs|consumer)/
/** Most steps that a sentence is followed through constants and functions. */
const MOST_STEPS = 6

/** Sentences that zod makes; `worker/lib/json/input.ts` lets them through. */
const OF_ZOD = [
  'Invalid input',
  'Invalid input: expected {}',
  'Invalid input: expected {}, received {}',
  'Invalid option: expected one of {}',
  'Too big: expected {} to be {}',
  'Too big: expected {} to have {} {}',
  'Too small: expected {} to be {}',
  'Too small: expected {} to have {} {}',
  'Invalid string: must match pattern {}',
  'Invalid string: must start with "{}"',
  'Invalid string: must end with "{}"',
  'Invalid string: must include "{}"',
  'Invalid number: must be a multiple of {}',
  'Invalid key in {}',
  'Invalid value in {}',
  'Invalid {}',
]

interface Source {
  readonly file: string
  readonly node: ts.SourceFile
  /** Variables and functions of any depth, by name. */
  readonly named: ReadonlyMap<string, readonly ts.Node[]>
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>
}
interface Meaning {
  readonly source: Source
  readonly node: ts.Node
}
type Spoken = ts.ArrowFunction | ts.FunctionDeclaration | ts.FunctionExpression

const isSentence = (shape: string): boolean => /[a-z] [a-z`{]/.test(shape)
const isSpoken = (node: ts.Node | undefined): node is Spoken =>
  node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node))
const madeBy = (node: ts.Node): ts.Node | undefined => (ts.isVariableDeclaration(node) ? node.initializer : node)

function read(file: string): Source {
  const node = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const named = new Map<string, ts.Node[]>()
  const imports = new Map<string, { file: string; name: string }>()
  const visit = (at: ts.Node): void => {
    if ((ts.isVariableDeclaration(at) || ts.isFunctionDeclaration(at)) && at.name && ts.isIdentifier(at.name)) {
      named.set(at.name.text, [...(named.get(at.name.text) ?? []), at])
    }
    const bindings = ts.isImportDeclaration(at) ? at.importClause?.namedBindings : undefined
    if (ts.isImportDeclaration(at) && bindings && ts.isNamedImports(bindings)) {
      const from = ts.isStringLiteral(at.moduleSpecifier) ? at.moduleSpecifier.text : ''
      const to = from.startsWith('#worker/') ? resolve(ROOT, from.slice(8)) : resolve(dirname(file), from)
      for (const { name, propertyName } of bindings.elements) {
        imports.set(name.text, { file: to, name: (propertyName ?? name).text })
      }
    }
    ts.forEachChild(at, visit)
  }
  visit(node)
  return { file: file.slice(ROOT.length + 1), node, named, imports }
}

function returnsOf(body: ts.ConciseBody): readonly ts.Expression[] {
  if (!ts.isBlock(body)) return [body]
  const found: ts.Expression[] = []
  const visit = (at: ts.Node): void => {
    if (ts.isReturnStatement(at) && at.expression) found.push(at.expression)
    if (!ts.isFunctionLike(at)) ts.forEachChild(at, visit)
  }
  ts.forEachChild(body, visit)
  return found
}

const product = (left: readonly string[], right: readonly string[]): readonly string[] =>
  left.flatMap((head) => right.map((tail) => head + tail))

class Finder {
  readonly #sources = new Map<string, Source>()
  readonly found = new Set<string>()

  constructor(files: readonly string[]) {
    for (const file of files) this.#sources.set(file, read(file))
  }

  findAll(): void {
    for (const source of this.#sources.values()) {
      if (UNSAID.test(source.file)) continue
      const visit = (at: ts.Node): void => {
        for (const said of this.#saidBy(source, at)) this.#note(this.#shapes(source, said, 0))
        ts.forEachChild(at, visit)
      }
      visit(source.node)
    }
  }

  #note(shapes: readonly string[]): void {
    for (const shape of shapes) if (isSentence(shape)) this.found.add(shape)
  }

  /** What a name means in a file: its declarations there, or those of where it is imported from. */
  #meanings(source: Source, name: string): readonly Meaning[] {
    const own = source.named.get(name)
    if (own) return own.map((node) => ({ source, node }))
    const from = source.imports.get(name)
    const other = from && this.#sources.get(from.file)
    return other ? this.#meanings(other, from.name) : []
  }

  /** Expressions of a node that people read. */
  #saidBy(source: Source, at: ts.Node): readonly ts.Expression[] {
    const names = source.file.startsWith('flows/') ? SAID_IN_FLOWS : SAID
    if (ts.isPropertyAssignment(at) && ts.isIdentifier(at.name)) {
      const isOption = at.name.text === 'error' && ts.isStringLiteralLike(at.initializer)
      return names.has(at.name.text) || isOption ? [at.initializer] : []
    }
    if (ts.isShorthandPropertyAssignment(at)) return names.has(at.name.text) ? [at.name] : []
    if (!ts.isCallExpression(at)) return []
    const { expression, arguments: given } = at
    if (ts.isPropertyAccessExpression(expression)) {
      const said = CHECKS.has(expression.name.text) ? given[1] : undefined
      return said && !ts.isObjectLiteralExpression(said) ? [said] : []
    }
    if (!ts.isIdentifier(expression)) return []
    const called = this.#meanings(source, expression.text).map(({ node }) => madeBy(node))
    return called.filter(isSpoken).flatMap(({ parameters }) =>
      parameters.flatMap(({ name }, index) => {
        const value = given[index]
        return ts.isIdentifier(name) && names.has(name.text) && value ? [value] : []
      }),
    )
  }

  /** All sentences that an expression may be; what is no text, or comes from outside, is `{}`. */
  #shapes(source: Source, at: ts.Expression, step: number): readonly string[] {
    const of = (next: ts.Expression): readonly string[] => this.#shapes(source, next, step + 1)
    if (step > MOST_STEPS) return ['{}']
    if (ts.isStringLiteralLike(at)) return [at.text]
    if (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isNonNullExpression(at))
      return of(at.expression)
    if (ts.isSatisfiesExpression(at)) return of(at.expression)
    if (ts.isObjectLiteralExpression(at)) {
      return at.properties.flatMap((member) => (ts.isPropertyAssignment(member) ? of(member.initializer) : []))
    }
    if (ts.isElementAccessExpression(at) || ts.isPropertyAccessExpression(at)) {
      // A member of a table: whichever it is.
      const inside =
        ts.isIdentifier(at.expression) || ts.isElementAccessExpression(at.expression) ? of(at.expression) : []
      return inside.length > 0 ? inside : ['{}']
    }
    if (ts.isConditionalExpression(at)) return [...of(at.whenTrue), ...of(at.whenFalse)]
    if (ts.isBinaryExpression(at)) {
      if (at.operatorToken.kind === ts.SyntaxKind.PlusToken) return product(of(at.left), of(at.right))
      return [...of(at.left), ...of(at.right)]
    }
    if (ts.isTemplateExpression(at)) {
      return at.templateSpans.reduce<readonly string[]>(
        (all, span) => product(product(all, this.#part(of(span.expression))), [span.literal.text]),
        [at.head.text],
      )
    }
    const name = ts.isIdentifier(at)
      ? at
      : ts.isCallExpression(at) && ts.isIdentifier(at.expression)
        ? at.expression
        : null
    if (!name || name.text === 'undefined') return name ? [] : ['{}']
    const found = this.#meanings(source, name.text).flatMap(({ source: there, node }) => {
      const made = madeBy(node)
      if (isSpoken(made))
        return made.body ? returnsOf(made.body).flatMap((next) => this.#shapes(there, next, step + 1)) : []
      return ts.isVariableDeclaration(node) && node.initializer ? this.#shapes(there, node.initializer, step + 1) : []
    })
    return found.length > 0 ? found : ['{}']
  }

  /** What may stand at a gap of a template: its one sentence, or a gap; several sentences are noted by themselves. */
  #part(all: readonly string[]): readonly string[] {
    const said = all.filter(isSentence)
    if (said.length === 1 && all.length === 1) return said
    this.#note(said)
    return all.includes('') ? ['{}', ''] : ['{}']
  }
}

/** Answers the shapes of all sentences, in the order of the alphabet. */
export function sentences(): readonly string[] {
  const finder = new Finder(globSync('**/*.ts', { cwd: ROOT }).map((file) => resolve(ROOT, file)))
  finder.findAll()
  return [...new Set([...finder.found, ...OF_ZOD])].sort()
}
