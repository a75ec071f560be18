import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Plant } from './use-plant.ts'

/** Where a device stands: the field `siteId` of a form. */
export function SiteItem(props: { readonly plant: Plant }) {
  const { t } = useTranslation()
  const { plant } = props
  const options = [...plant.sites.values()].map(({ id, name, organizationId }) => {
    const enterprise = plant.organizations.get(organizationId)?.name
    return { value: id, label: enterprise === undefined ? name : `${enterprise} / ${name}` }
  })
  return (
    <Form.Item
      name="siteId"
      label={t('addDevice.site')}
      rules={[{ required: true, message: t('addDevice.siteRequired') }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={options}
        loading={plant.isLoading}
      />
    </Form.Item>
  )
}

/** What people call a device, and where exactly it is: the fields `name` and `location` of a form. */
export function NameItems() {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item
        name="name"
        label={t('addDevice.name')}
        rules={[{ required: true, whitespace: true, message: t('addDevice.nameRequired') }]}
      >
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="location" label={`${t('addDevice.location')} (${t('common.optional')})`}>
        <Input maxLength={200} />
      </Form.Item>
    </>
  )
}
