import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const BUILT_PAGE = fileURLToPath(new URL('../dist/index.html', import.meta.url))

export const SIZES = {
  wide: { width: 1920, height: 1080 },
  usual: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
} as const

export interface DeskOptions {
  readonly baseUrl: string
  readonly language?: 'zh' | 'en'
  readonly size?: keyof typeof SIZES
}

/** The browser of a whole suite; each desk has a context of its own, as different people have. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(BUILT_PAGE)) {
    throw new Error('dashboard/dist is missing: npx vite build --config dashboard/vite.config.ts')
  }
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-dev-shm-usage',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
}

/** A person in front of the dashboard. What the page throws is kept, and no test may end with any. */
export class Desk implements AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  readonly errors: string[] = []
  readonly #baseUrl: string

  private constructor(context: BrowserContext, page: Page, baseUrl: string) {
    this.context = context
    this.page = page
    this.#baseUrl = baseUrl
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message))
  }

  static async open(browser: Browser, options: DeskOptions): Promise<Desk> {
    const { language = 'zh', size = 'usual', baseUrl } = options
    const isPhone = size === 'phone'
    const context = await browser.newContext({
      viewport: SIZES[size],
      hasTouch: isPhone,
      isMobile: isPhone,
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
    })
    const preferences = JSON.stringify({ language, theme: 'light' })
    await context.addInitScript((text) => {
      if (localStorage.getItem('vigil.preferences') === null) {
        localStorage.setItem('vigil.preferences', text)
      }
    }, preferences)
    return new Desk(context, await context.newPage(), baseUrl)
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.#baseUrl}${path}`)
  }

  /** By the form, with the keyboard alone. */
  async logIn(username: string, password: string): Promise<void> {
    await this.page.locator('input[autocomplete="username"]').fill(username)
    await this.page.locator('input[autocomplete="current-password"]').fill(password)
    await this.page.keyboard.press('Enter')
  }

  row(alarmId: string) {
    return this.page.locator(`[data-alarm-id="${alarmId}"]`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close()
  }
}
