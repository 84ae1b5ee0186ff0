import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

export interface BundleOptions {
  readonly entry: string
  readonly minify?: boolean
  /** Folder that `entry` and the imports of packages belong to; default the working folder. */
  readonly root?: string
  /** Path that the bundle is also written to; its folders are made. */
  readonly outfile?: string
  /** Changes to source files as they are read, by path relative to the working folder. */
  readonly edits?: Readonly<Record<string, (text: string) => string>>
}

export interface Bundle {
  readonly code: string
  /** Source files in the script, relative to the working folder. */
  readonly inputs: readonly string[]
}

function inputsOf(output: Metafile['outputs'][string] | undefined): string[] {
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
}

const editing = (edits: NonNullable<BundleOptions['edits']>): Plugin => ({
  name: 'edits',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const edit = edits[relative('.', path)]
      return edit ? { contents: edit(await readFile(path, 'utf8')), loader: 'ts' } : null
    })
  },
})

/** Settings by which wrangler bundles a Worker, too; `cloudflare:*` stays outside. */
const SETTINGS = {
  bundle: true,
  write: false as const,
  metafile: true as const,
  format: 'esm' as const,
  target: 'es2024',
  platform: 'neutral' as const,
  mainFields: ['module', 'main'],
  conditions: ['workerd', 'worker', 'browser', 'import'],
  external: ['cloudflare:*'],
  logLevel: 'error' as const,
} satisfies BuildOptions

/** Bundles a Worker entry to one ES module. */
export async function bundleWorker({ entry, root, minify = false, outfile, edits }: BundleOptions): Promise<Bundle> {
  const result = await build({
    ...SETTINGS,
    entryPoints: [entry],
    ...(root === undefined ? {} : { absWorkingDir: root }),
    minify,
    plugins: edits ? [editing(edits)] : [],
  })
  const code = result.outputFiles[0]?.text ?? ''
  if (outfile) {
    await mkdir(dirname(outfile), { recursive: true })
    await writeFile(outfile, code)
  }
  return { code, inputs: inputsOf(Object.values(result.metafile.outputs)[0]) }
}

/** Bundles many entries, each to a module of its own, and reads each source file once. By entry. */
export async function bundleWorkers(entries: readonly string[]): Promise<ReadonlyMap<string, Bundle>> {
  const { outputFiles, metafile } = await build({ ...SETTINGS, entryPoints: [...entries], outdir: 'dist' })
  return new Map(
    Object.values(metafile.outputs).map((output, at) => [
      output.entryPoint ?? '',
      { code: outputFiles[at]?.text ?? '', inputs: inputsOf(output) },
    ]),
  )
}
