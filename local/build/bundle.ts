import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'

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

function inputsOf(metafile: Metafile): string[] {
  const [output] = Object.values(metafile.outputs)
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

/** Bundles a Worker entry to one ES module, as wrangler would; `cloudflare:*` stays outside. */
export async function bundleWorker({ entry, root, minify = false, outfile, edits }: BundleOptions): Promise<Bundle> {
  const result = await build({
    entryPoints: [entry],
    ...(root === undefined ? {} : { absWorkingDir: root }),
    bundle: true,
    write: false,
    metafile: true,
    minify,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser', 'import'],
    external: ['cloudflare:*'],
    logLevel: 'error',
    plugins: edits ? [editing(edits)] : [],
  })
  const code = result.outputFiles[0]?.text ?? ''
  if (outfile) {
    await mkdir(dirname(outfile), { recursive: true })
    await writeFile(outfile, code)
  }
  return { code, inputs: inputsOf(result.metafile) }
}
