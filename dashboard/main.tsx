import { createRoot } from 'react-dom/client'
import { createApiClient } from './api/api-client.ts'
import { createEndpoints, type Endpoints } from './api/endpoints.ts'
import { App } from './app.tsx'
import { createI18n } from './i18n/i18n.ts'
import { LiveLink } from './live/live-link.ts'
import { INITIAL_LIVE_STATE, reduceLive } from './live/live-state.ts'
import { createPreferences } from './preferences/preferences.ts'
import { type Services, ServicesProvider, type SessionState } from './services.tsx'
import { AlarmSound } from './sound/alarm-sound.ts'
import { createStore } from './store/store.ts'
import { takeWallToken } from './wall/wall-token.ts'
import './styles/base.css'
import './styles/frame.css'
import './styles/alarms.css'
import './styles/load.css'
import './styles/pages.css'
import './styles/wall.css'
import './styles/hazards.css'
import './styles/history.css'
import './styles/duties.css'
import './styles/cases.css'
import './styles/watching.css'
import './styles/calendars.css'
import './styles/rules.css'
import './styles/map.css'

function createServices(): Services {
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)').matches
  const preferences = createPreferences(window.localStorage, prefersDark)
  const session = createStore<SessionState, SessionState>({ kind: 'unknown' }, (_, next) => next)
  const endSession = () => {
    const { kind } = session.state()
    if (kind !== 'out') session.dispatch({ kind: 'out', ended: kind === 'in' ? 'expired' : null })
  }
  const client = createApiClient({
    fetch: window.fetch.bind(window),
    onUnauthenticated: endSession,
  })
  const api = createEndpoints(client)
  const live = createStore(INITIAL_LIVE_STATE, reduceLive)
  const nowMs = () => Date.now() + live.state().clockOffsetMs
  const isWall = window.location.pathname === '/wall'
  const link = new LiveLink({
    store: live,
    token: isWall ? takeWallToken(window.location, window.localStorage, window.history) : null,
    onRefused: () => void lookWhoIsIn(api, session),
  })
  const ticker = createStore<number, number>(nowMs(), (_, next) => next)
  setInterval(() => ticker.dispatch(nowMs()), 1_000)
  return { api, live, link, sound: new AlarmSound({ nowMs }), preferences, session, nowMs, ticker }
}

/** Whether the session has ended, the API says; a 401 ends it here. Or the account has other rights now. */
async function lookWhoIsIn(api: Endpoints, session: Services['session']): Promise<void> {
  try {
    const { account } = await api.session(AbortSignal.timeout(10_000))
    if (session.state().kind === 'in') session.dispatch({ kind: 'in', account })
  } catch {
    // The link tries again by itself, and asks again.
  }
}

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
const services = createServices()
createRoot(root).render(
  <ServicesProvider services={services}>
    <App i18n={createI18n(services.preferences.state().language)} />
  </ServicesProvider>,
)
