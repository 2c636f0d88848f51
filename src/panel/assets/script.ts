/**
 * The panel's one script, as text like the style sheet. Everything works without it; it makes things pleasant: a form is sent
 * once however often it is clicked, searching goes on as one types, work under way is watched, codes are copied with a click.
 */
export const SCRIPT = `
const all = (selector) => document.querySelectorAll(selector)

document.addEventListener('submit', (event) => {
  const form = event.target
  // Not form.method: a field of that name would stand before it.
  if (form.getAttribute('method') !== 'post') return
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = 'yes'
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true')
})
addEventListener('pageshow', () => {
  for (const form of document.forms) {
    delete form.dataset.sent
    for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled')
  }
})

for (const form of all('form[data-live]')) {
  let timer
  let running
  const id = form.dataset.live
  const ask = async () => {
    running?.abort()
    running = new AbortController()
    const url = new URL(form.action)
    url.search = new URLSearchParams(new FormData(form))
    const answer = await fetch(url, { signal: running.signal }).catch(() => undefined)
    if (!answer?.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.getElementById(id)
    if (!fresh) return location.assign(url)
    document.getElementById(id).replaceChildren(...fresh.childNodes)
    history.replaceState(null, '', url)
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(ask, 200)
  })
}

const watch = (part) => {
  if (!part?.dataset.watch) return
  setTimeout(async () => {
    const answer = await fetch(location.href).catch(() => undefined)
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page && page.getElementById(part.id)
    if (fresh) part.replaceWith(fresh)
    watch(fresh || part)
  }, part.dataset.watch * 1000)
}
for (const part of all('[data-watch]')) watch(part)

for (const button of all('button[data-copy]')) {
  button.hidden = false
  const name = button.textContent
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy)
    button.textContent = button.dataset.copied
    setTimeout(() => { button.textContent = name }, 2000)
  })
}
for (const button of all('button[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}
`
