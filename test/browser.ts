import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Browser, chromium as playwright } from 'playwright-core'

/** Where the browser is unpacked, once a checkout. */
const FOLDER = resolve('dist/test/chromium')

/** Names of the environment that the package reads or changes. */
const NAMES = ['TMPDIR', 'AWS_LAMBDA_JS_RUNTIME', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME'] as const

/**
 * Unpacks the browser with the shared libraries that bare machines lack. The package was made for AWS Lambda: only when it
 * believes to be there does it unpack those, and it unpacks into the temporary folder and changes this process’s environment.
 */
async function unpacked(): Promise<string> {
  const before = NAMES.map((name) => [name, process.env[name]] as const)
  process.env['TMPDIR'] = FOLDER
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs24.x'
  try {
    await mkdir(FOLDER, { recursive: true })
    const { default: chromium } = await import('@sparticuz/chromium')
    return await chromium.executablePath()
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
}

/**
 * Headless Chromium from npm, so that the tests need no browser of the machine's and no system package (Linux on x64). Where
 * it cannot start all the same, the test that asked for it fails, and says so. `hosts`: rules such as `MAP a.example 127.0.0.1`.
 */
export async function startChromium(hosts: readonly string[] = []): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu']
  if (hosts.length > 0) args.push(`--host-resolver-rules=${hosts.join(',')}`)
  const env = { LD_LIBRARY_PATH: join(FOLDER, 'al2023', 'lib'), FONTCONFIG_PATH: join(FOLDER, 'fonts') }
  try {
    const executablePath = await unpacked()
    return await playwright.launch({ executablePath, args, headless: true, env: { ...process.env, ...env } })
  } catch (error) {
    throw new Error(`the Chromium of npm does not start here; delete ${FOLDER} if a run was cut off`, { cause: error })
  }
}
