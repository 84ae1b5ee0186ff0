import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium as playwright } from 'playwright-core'
import { extract } from 'tar-fs'
import { PATIENCE } from '../patience.ts'

/** Where the browser, its shared libraries and its fonts are unpacked, once a checkout. */
const FOLDER = resolve('dist/test/chromium')

/** The browser itself. */
export const CHROMIUM = join(FOLDER, 'chromium')

const packageFolder = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))

/** Font of one width, which the browser's package lacks: code stands as wide as people see it, and what it breaks is found. */
const MONOSPACED = { family: 'Cousine', folder: packageFolder('@expo-google-fonts/cousine') }

/**
 * Fontconfig's whole configuration. The package's own names folders of the machine; without any font a page dies at its first
 * letter.
 */
export const FONT_CONFIG = join(FOLDER, 'fonts.conf')

/** Names the font that draws a family of CSS: with two fonts it would be left to chance. */
const prefer = (family: string, font: string): string =>
  `<alias binding="same"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`

const fontConfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(FOLDER, 'fonts')}</dir>
  <dir>${MONOSPACED.folder}</dir>
  ${prefer('monospace', MONOSPACED.family)}
  ${['sans-serif', 'serif', 'system-ui'].map((family) => prefer(family, 'Open Sans')).join('\n  ')}
  <cachedir>${join(FOLDER, 'font-cache')}</cachedir>
</fontconfig>
`

/** Folder of the compressed files in npm @sparticuz/chromium. */
const packed = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', '..', 'bin')

const unpack = (file: string, to: NodeJS.WritableStream): Promise<void> =>
  pipeline(createReadStream(join(packed(), file)), createBrotliDecompress(), to)

/**
 * Unpacks the browser, with the shared libraries that bare machines lack, beside FOLDER and moves it there whole, so that a
 * run that is cut off leaves no half of it. The package can unpack itself, but only into the system's temporary folder, with
 * the libraries only where it believes to be in a cloud, and with the files' owner as archived, which root may not give in
 * a user namespace (`EINVAL: chown`).
 */
async function unpackChromium(): Promise<void> {
  const beside = `${FOLDER}-${process.pid}`
  await mkdir(beside, { recursive: true })
  await Promise.all([
    unpack('chromium.br', createWriteStream(join(beside, 'chromium'), { mode: 0o700 })),
    unpack('al2023.tar.br', extract(join(beside, 'al2023'), { chown: false })),
    unpack('fonts.tar.br', extract(join(beside, 'fonts'), { chown: false })),
  ])
  // Two files of tests that begin at once both unpack it; the later one keeps what the first has put there.
  await rename(beside, FOLDER).catch(async (error: unknown) => {
    await rm(beside, { recursive: true })
    if (!existsSync(FOLDER)) throw error
  })
}

/**
 * Headless Chromium from npm, so that the tests need no browser of the machine's and no system package (Linux on x64). Where
 * it cannot start all the same, the test that asked for it fails, and says so. `hosts`: rules such as `MAP a.example 127.0.0.1`.
 */
export async function startChromium(hosts: readonly string[] = []): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu']
  if (hosts.length > 0) args.push(`--host-resolver-rules=${hosts.join(',')}`)
  // FONTCONFIG_PATH would not do: with it the package's own configuration is read.
  const env = { LD_LIBRARY_PATH: join(FOLDER, 'al2023', 'lib'), FONTCONFIG_FILE: FONT_CONFIG }
  try {
    if (!existsSync(FOLDER)) await unpackChromium()
    await writeFile(FONT_CONFIG, fontConfig)
    const how = { executablePath: CHROMIUM, args, headless: true, env: { ...process.env, ...env }, timeout: PATIENCE }
    const browser = await playwright.launch(how)
    browser.on('context', (context) => context.setDefaultTimeout(PATIENCE))
    return browser
  } catch (error) {
    throw new Error('the Chromium of npm does not start here (Linux on x64 is needed)', { cause: error })
  }
}
