import { type Language, languageOf } from '../i18n/i18n.ts'
import { createStore, type Store } from '../store/store.ts'

export type Theme = 'light' | 'dark'

/** What this desk has chosen; kept in the browser. */
export interface Preferences {
  readonly language: Language
  readonly theme: Theme
}

const STORAGE_KEY = 'vigil.preferences'

/** Anything may stand in the browser's storage; only what we know is taken. */
export function parsePreferences(text: string | null, fallback: Preferences): Preferences {
  if (text === null) return fallback
  try {
    const stored: unknown = JSON.parse(text)
    if (typeof stored !== 'object' || stored === null) return fallback
    const language = 'language' in stored ? stored.language : null
    const theme = 'theme' in stored ? stored.theme : null
    return {
      language: language === 'zh' || language === 'en' ? language : fallback.language,
      theme: theme === 'light' || theme === 'dark' ? theme : fallback.theme,
    }
  } catch {
    return fallback
  }
}

export type PreferenceStore = Store<Preferences, Partial<Preferences>> & {
  /** True when this desk has a choice of its own, which then goes before the account's language. */
  readonly isChosen: () => boolean
}

export function createPreferences(storage: Storage, prefersDark: boolean): PreferenceStore {
  const stored = storage.getItem(STORAGE_KEY)
  const initial = parsePreferences(stored, {
    language: languageOf('zh'),
    theme: prefersDark ? 'dark' : 'light',
  })
  const store = createStore<Preferences, Partial<Preferences>>(initial, (state, change) => ({
    ...state,
    ...change,
  }))
  store.subscribe(() => storage.setItem(STORAGE_KEY, JSON.stringify(store.state())))
  return { ...store, isChosen: () => storage.getItem(STORAGE_KEY) !== null }
}
