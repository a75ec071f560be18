import { Spin } from 'antd'
import { type ReactNode, useEffect } from 'react'
import { ApiError } from '../api/api-client.ts'
import { useResource } from '../api/use-resource.ts'
import { type Services, useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { ErrorNote } from '../ui/error-note.tsx'
import { LoginPage } from './login-page.tsx'

/** Shows the pages to whom the gateway knows, and the log-in to everybody else. */
export function SessionGate(props: { readonly children: ReactNode }) {
  const services = useServices()
  const session = useStore(services.session, (state) => state)
  const isUnknown = session.kind === 'unknown'
  const found = useResource(isUnknown ? 'session' : null, (signal) => services.api.session(signal))

  useEffect(() => {
    if (found.data !== null && isUnknown) {
      services.session.dispatch({ kind: 'in', account: found.data.account })
    }
  }, [found.data, isUnknown, services.session])
  useLifeOf(services, session.kind === 'in')

  if (session.kind === 'out') return <LoginPage ended={session.ended} />
  if (session.kind === 'in') return props.children
  const isRefused = found.error instanceof ApiError && found.error.status === 401
  return (
    <div className="gate">
      {found.error !== null && !isRefused ? (
        <ErrorNote error={found.error} onRetry={found.reload} />
      ) : (
        <Spin size="large" />
      )}
    </div>
  )
}

/** The live link and the sound run as long as somebody is logged in. */
function useLifeOf(services: Services, isIn: boolean): void {
  useEffect(() => {
    if (!isIn) return
    const { link, sound, live } = services
    link.start()
    sound.start()
    const hear = () => sound.hear(live.state().open)
    const stopHearing = live.subscribe(hear)
    hear()
    return () => {
      stopHearing()
      sound.stop()
      link.stop()
    }
  }, [services, isIn])
}
