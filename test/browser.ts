import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/**
 * Headless Chromium from npm, so that the tests need no browser of the machine's. The package carries the shared libraries
 * that bare machines lack; where it cannot start all the same, the test that asked fails with this.
 */
export async function startChromium(hosts: readonly string[] = []): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    ...(hosts.length > 0 ? [`--host-resolver-rules=${hosts.join(',')}`] : []),
  ]
  try {
    return await playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true })
  } catch (error) {
    throw new Error('Chromium of the package @sparticuz/chromium does not start on this machine', { cause: error })
  }
}
