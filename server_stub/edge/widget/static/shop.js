// The sample shop's cart (kept in localStorage) and its copy button. It knows nothing of the chat widget.

const KEY = "copper-fern-cart";
const rows = document.querySelectorAll("[data-row]");

/** @returns {Record<string, number>} how many of each product, by its slug */
function readCart() {
  try {
    const cart = JSON.parse(localStorage.getItem(KEY) || "{}");
    return Object.fromEntries(Object.entries(cart).filter(([, count]) => Number.isInteger(count) && count > 0));
  } catch {
    return {};
  }
}

function writeCart(cart) {
  try {
    localStorage.setItem(KEY, JSON.stringify(cart));
  } catch {
    // Storage is off: the cart lasts as long as the page.
  }
  show(cart);
}

function show(cart) {
  const count = Object.values(cart).reduce((sum, n) => sum + n, 0);
  const badge = document.querySelector("[data-cart-count]");
  badge.textContent = String(count);
  badge.hidden = count === 0;
  let total = 0;
  for (const row of rows) {
    const quantity = cart[row.dataset.row] || 0;
    row.hidden = quantity === 0;
    row.querySelector("[data-quantity]").value = String(quantity || 1);
    total += quantity * Number(row.dataset.euros);
  }
  const sum = document.querySelector("[data-cart-sum]");
  if (sum) {
    sum.hidden = total === 0;
    document.querySelector("[data-cart-empty]").hidden = total > 0;
    const format = { style: "currency", currency: "EUR", maximumFractionDigits: 0 };
    sum.querySelector("[data-cart-total]").textContent = total.toLocaleString(document.documentElement.lang, format);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { add, remove, copy } = button.dataset;
  const cart = readCart();
  if (add) {
    writeCart({ ...cart, [add]: Math.min(99, (cart[add] || 0) + 1) });
    document.querySelector("[data-added]").hidden = false;
  } else if (remove) {
    delete cart[remove];
    writeCart(cart);
  } else if (copy) {
    await navigator.clipboard.writeText(document.getElementById(copy).textContent);
    button.textContent = button.dataset.copied;
  }
});

document.addEventListener("change", (event) => {
  const slug = event.target.dataset.quantity;
  if (!slug) return;
  const quantity = Math.max(1, Math.min(99, Math.round(Number(event.target.value)) || 1));
  writeCart({ ...readCart(), [slug]: quantity });
});

window.addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) show(readCart());
});

show(readCart());
