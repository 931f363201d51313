"""Writes golden optimizer trajectories in double precision (python3 make_trajectories.py, standard library only).

37 parameters, 20 steps, the same gradients for every rule. The formulas follow the sources of Keras 3
and PyTorch 2 (see rules below); they share no code with Lanewise.
"""
import math, random

N, STEPS, SHOWN = 37, 20, (1, 2, 5, 20)
rnd = random.Random(20261122)
w0 = [rnd.uniform(-1, 1) for _ in range(N)]
# magnitudes from 1e-6 to 10, some exact zeros: where epsilon's place matters
scale = [10 ** rnd.uniform(-6, 1) for _ in range(N)]
grads = [[0.0 if rnd.random() < 0.1 else rnd.gauss(0, 1) * scale[i] for i in range(N)] for _ in range(STEPS)]
f32 = lambda x: __import__("struct").unpack("f", __import__("struct").pack("f", x))[0]
w0 = [f32(x) for x in w0]
grads = [[f32(x) for x in g] for g in grads]


def run(step, slots, start=0.0, **hyper):
    w, state, out = list(w0), [[start if k == 0 else 0.0 for k in range(slots)] for _ in range(N)], {}
    glob = {}
    for t in range(1, STEPS + 1):
        glob["t"] = t
        for i in range(N):
            w[i] = step(w[i], grads[t - 1][i], state[i], t, **hyper)
        if t in SHOWN:
            out[t] = list(w)
    return out


# ---- Keras 3 -------------------------------------------------------------------------------------
def k_sgd(w, g, s, t, lr=0.01, mu=0.0, nesterov=False):
    if mu == 0.0: return w - lr * g
    s[0] = mu * s[0] - lr * g
    return w + (mu * s[0] - lr * g if nesterov else s[0])

def k_adagrad(w, g, s, t, lr=0.001, eps=1e-7):
    s[0] += g * g
    return w - lr * g / math.sqrt(s[0] + eps)

def k_rmsprop(w, g, s, t, lr=0.001, rho=0.9, mu=0.0, eps=1e-7, centered=False):
    s[0] = rho * s[0] + (1 - rho) * g * g
    d = s[0]
    if centered:
        s[1] = rho * s[1] + (1 - rho) * g
        d -= s[1] * s[1]
    inc = lr * g / math.sqrt(d + eps)
    if mu > 0:
        s[2] = mu * s[2] + inc
        inc = s[2]
    return w - inc

def k_adam(w, g, s, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-7, amsgrad=False, decay=0.0):
    w -= w * decay * lr
    s[0] += (g - s[0]) * (1 - b1)
    s[1] += (g * g - s[1]) * (1 - b2)
    v = s[1]
    if amsgrad: v = s[2] = max(s[2], v)
    return w - lr * math.sqrt(1 - b2 ** t) / (1 - b1 ** t) * s[0] / (math.sqrt(v) + eps)

def k_nadam(w, g, s, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    u = lambda k: b1 * (1 - 0.5 * 0.96 ** k)
    prod = math.prod(u(k) for k in range(1, t + 1))
    s[0] += (g - s[0]) * (1 - b1)
    s[1] += (g * g - s[1]) * (1 - b2)
    m = u(t + 1) * s[0] / (1 - prod * u(t + 1)) + (1 - u(t)) * g / (1 - prod)
    return w - lr * m / (math.sqrt(s[1] / (1 - b2 ** t)) + eps)

def k_adamax(w, g, s, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    s[0] += (g - s[0]) * (1 - b1)
    s[1] = max(b2 * s[1], abs(g))
    return w - lr * s[0] / ((1 - b1 ** t) * (s[1] + eps))

def k_adadelta(w, g, s, t, lr=0.001, rho=0.95, eps=1e-7):
    s[0] = rho * s[0] + (1 - rho) * g * g
    d = -math.sqrt(s[1] + eps) / math.sqrt(s[0] + eps) * g
    s[1] = rho * s[1] + (1 - rho) * d * d
    return w + lr * d

def k_lion(w, g, s, t, lr=0.001, b1=0.9, b2=0.99):
    u = b1 * s[0] + (1 - b1) * g
    s[0] = b2 * s[0] + (1 - b2) * g
    return w - lr * ((u > 0) - (u < 0))

# ---- PyTorch 2 -----------------------------------------------------------------------------------
def p_sgd(w, g, s, t, lr=0.01, mu=0.0, nesterov=False, l2=0.0):
    g += l2 * w
    if mu == 0.0: return w - lr * g
    s[0] = g if t == 1 else mu * s[0] + g
    return w - lr * (g + mu * s[0] if nesterov else s[0])

def p_adagrad(w, g, s, t, lr=0.01, eps=1e-10):
    s[0] += g * g
    return w - lr * g / (math.sqrt(s[0]) + eps)

def p_rmsprop(w, g, s, t, lr=0.01, alpha=0.99, mu=0.0, eps=1e-8, centered=False):
    s[0] = alpha * s[0] + (1 - alpha) * g * g
    d = s[0]
    if centered:
        s[1] = alpha * s[1] + (1 - alpha) * g
        d -= s[1] * s[1]
    u = g / (math.sqrt(max(d, 0.0)) + eps)
    if mu > 0:
        s[2] = mu * s[2] + u
        u = s[2]
    return w - lr * u

def p_adam(w, g, s, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8, amsgrad=False, decay=0.0):
    w *= 1 - lr * decay
    s[0] = b1 * s[0] + (1 - b1) * g
    s[1] = b2 * s[1] + (1 - b2) * g * g
    v = s[1]
    if amsgrad: v = s[2] = max(s[2], v)
    return w - lr / (1 - b1 ** t) * s[0] / (math.sqrt(v) / math.sqrt(1 - b2 ** t) + eps)

def p_nadam(w, g, s, t, lr=0.002, b1=0.9, b2=0.999, eps=1e-8, psi=0.004):
    u = lambda k: b1 * (1 - 0.5 * 0.96 ** (k * psi))
    prod = math.prod(u(k) for k in range(1, t + 1))
    s[0] = b1 * s[0] + (1 - b1) * g
    s[1] = b2 * s[1] + (1 - b2) * g * g
    d = math.sqrt(s[1] / (1 - b2 ** t)) + eps
    return w - lr * (1 - u(t)) / (1 - prod) * g / d - lr * u(t + 1) / (1 - prod * u(t + 1)) * s[0] / d

def p_adamax(w, g, s, t, lr=0.002, b1=0.9, b2=0.999, eps=1e-8):
    s[0] = b1 * s[0] + (1 - b1) * g
    s[1] = max(b2 * s[1], abs(g) + eps)
    return w - lr / (1 - b1 ** t) * s[0] / s[1]

def p_adadelta(w, g, s, t, lr=1.0, rho=0.9, eps=1e-6):
    s[0] = rho * s[0] + (1 - rho) * g * g
    d = math.sqrt(s[1] + eps) / math.sqrt(s[0] + eps) * g
    s[1] = rho * s[1] + (1 - rho) * d * d
    return w - lr * d


RULES = {
    "keras/sgd": (k_sgd, 1, 0.0, {}),
    "keras/momentum": (k_sgd, 1, 0.0, dict(mu=0.9)),
    "keras/nesterov": (k_sgd, 1, 0.0, dict(mu=0.9, nesterov=True)),
    "keras/adagrad": (k_adagrad, 1, 0.1, {}),
    "keras/rmsprop": (k_rmsprop, 3, 0.0, {}),
    "keras/rmsprop-momentum": (k_rmsprop, 3, 0.0, dict(mu=0.9)),
    "keras/rmsprop-centered": (k_rmsprop, 3, 0.0, dict(centered=True)),
    "keras/adam": (k_adam, 3, 0.0, {}),
    "keras/amsgrad": (k_adam, 3, 0.0, dict(amsgrad=True)),
    "keras/adamw": (k_adam, 3, 0.0, dict(decay=0.004)),
    "keras/nadam": (k_nadam, 2, 0.0, {}),
    "keras/adamax": (k_adamax, 2, 0.0, {}),
    "keras/adadelta": (k_adadelta, 2, 0.0, {}),
    "keras/lion": (k_lion, 1, 0.0, {}),
    "pytorch/sgd": (p_sgd, 1, 0.0, {}),
    "pytorch/sgd-l2": (p_sgd, 1, 0.0, dict(mu=0.9, l2=0.01)),
    "pytorch/momentum": (p_sgd, 1, 0.0, dict(mu=0.9)),
    "pytorch/nesterov": (p_sgd, 1, 0.0, dict(mu=0.9, nesterov=True)),
    "pytorch/adagrad": (p_adagrad, 1, 0.0, {}),
    "pytorch/rmsprop": (p_rmsprop, 3, 0.0, {}),
    "pytorch/rmsprop-momentum": (p_rmsprop, 3, 0.0, dict(mu=0.9)),
    "pytorch/rmsprop-centered": (p_rmsprop, 3, 0.0, dict(centered=True)),
    "pytorch/adam": (p_adam, 3, 0.0, {}),
    "pytorch/amsgrad": (p_adam, 3, 0.0, dict(amsgrad=True)),
    "pytorch/adamw": (p_adam, 3, 0.0, dict(decay=0.01)),
    "pytorch/nadam": (p_nadam, 2, 0.0, {}),
    "pytorch/adamax": (p_adamax, 2, 0.0, {}),
    "pytorch/adadelta": (p_adadelta, 2, 0.0, {}),
}

with open("trajectories.csv", "w") as f:
    f.write("rule,step," + ",".join(f"v{i}" for i in range(N)) + "\n")
    f.write("start,0," + ",".join(repr(x) for x in w0) + "\n")
    for t, g in enumerate(grads, 1):
        f.write(f"gradient,{t}," + ",".join(repr(x) for x in g) + "\n")
    for name, (step, slots, start, hyper) in RULES.items():
        for t, w in run(step, slots, start, **hyper).items():
            f.write(f"{name},{t}," + ",".join(repr(x) for x in w) + "\n")
