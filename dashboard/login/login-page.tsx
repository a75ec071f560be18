import { Alert, Button, Form, Input, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemText } from '../api/problem-text.ts'
import { type SessionState, useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { BrandMark } from '../ui/brand-mark.tsx'

interface LoginFields {
  readonly username: string
  readonly password: string
}

type Ended = Extract<SessionState, { readonly kind: 'out' }>['ended']

export function LoginPage(props: { readonly ended: Ended }) {
  const { t } = useTranslation()
  const { preferences } = useServices()
  const { language } = useStore(preferences, (state) => state)
  return (
    <main className="login">
      <section className="login-card">
        <header className="login-head">
          <BrandMark size={36} />
          <h1>{t('product.full')}</h1>
        </header>
        <LoginForm ended={props.ended} />
        <Button
          type="text"
          block
          className="login-language"
          onClick={() => preferences.dispatch({ language: language === 'zh' ? 'en' : 'zh' })}
        >
          {t('menu.language')}
        </Button>
      </section>
    </main>
  )
}

function LoginForm(props: { readonly ended: Ended }) {
  const { t } = useTranslation()
  const { api, session, preferences } = useServices()
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)
  const password = useRef<InputRef>(null)
  useEffect(() => {
    // The fields were out of use meanwhile and lost the cursor; most often the password was mistyped.
    if (error !== null) password.current?.focus({ cursor: 'all' })
  }, [error])

  async function logIn(fields: LoginFields): Promise<void> {
    setIsBusy(true)
    setError(null)
    try {
      const { account } = await api.logIn(fields.username, fields.password)
      if (!preferences.isChosen()) preferences.dispatch({ language: account.language })
      session.dispatch({ kind: 'in', account })
    } catch (problem) {
      setError(problem)
      setIsBusy(false)
    }
  }

  return (
    <Form<LoginFields>
      layout="vertical"
      requiredMark={false}
      onFinish={(fields) => void logIn(fields)}
      disabled={isBusy}
      size="large"
    >
      {error !== null && (
        <Alert type="error" showIcon title={problemText(t, error)} className="login-error" />
      )}
      {error === null && props.ended !== null && (
        <Alert
          type={props.ended === 'expired' ? 'warning' : 'success'}
          showIcon
          title={t(props.ended === 'expired' ? 'login.expired' : 'password.changed')}
          className="login-error"
        />
      )}
      <Form.Item
        name="username"
        label={t('login.username')}
        rules={[{ required: true, message: t('login.usernameMissing') }]}
      >
        <Input autoFocus autoComplete="username" maxLength={120} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('login.password')}
        rules={[{ required: true, message: t('login.passwordMissing') }]}
      >
        <Input.Password ref={password} autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={isBusy}>
        {t('login.submit')}
      </Button>
    </Form>
  )
}
