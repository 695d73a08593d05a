// Follows the journal of a case: what others enter appears by itself, as text, never as markup.
interface Entry { at: string | null; author: string | null; kind: string; what: string; }

const live = document.getElementById("live");
const rows = document.getElementById("entries");

function cell(row: HTMLTableRowElement, label: string, text: string): void {
  const made = row.insertCell();
  made.dataset.label = label;
  made.textContent = text;
}

function follow(address: string, told: HTMLElement, body: HTMLElement): void {
  const source = new EventSource(address);
  let more = 0;
  source.addEventListener("open", () => {
    told.classList.remove("off");
    told.textContent = "followed";
  });
  source.addEventListener("journal", (event: MessageEvent<string>) => {
    const entry = JSON.parse(event.data) as Entry;
    const row = document.createElement("tr");
    const at = entry.at ?? "unknown";
    cell(row, "When", `${at.slice(0, 10)} ${at.slice(11, 16)}`);
    cell(row, "Who", entry.author ?? "unknown");
    cell(row, "What", `${entry.kind}: ${entry.what}`);
    body.prepend(row);
    more += 1;
    told.textContent = `${more} new since you opened this page; load it again to see all of it`;
  });
  source.addEventListener("over", () => {
    source.close();
    told.classList.add("off");
    told.textContent = "no longer followed: the session is over, or the server stops";
  });
  source.addEventListener("error", () => {
    told.classList.add("off");
    told.textContent = "not followed at the moment";
  });
}

if (live?.dataset.stream !== undefined && rows !== null) follow(live.dataset.stream, live, rows);
