// Keys for those who do not reach for a mouse: g b board, g a account, / the first field, ? what there is.
const AIMS: Record<string, string> = { b: "/", a: "/account" };
let waiting = false;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

document.addEventListener("keydown", (event: KeyboardEvent) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (waiting && AIMS[event.key] !== undefined) {
    location.assign(AIMS[event.key]);
  } else if (event.key === "/") {
    const field = document.querySelector<HTMLElement>("main input:not([type=hidden]), main textarea");
    if (field !== null) {
      event.preventDefault();
      field.focus();
    }
  }
  waiting = event.key === "g";
});
