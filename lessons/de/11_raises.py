# %% [markdown] english="7b51a389"
# # Vier Gehaltserhöhungen und kein Geheimnis verraten
#
# **Du kannst danach** ein Geheimnis so aufteilen, dass die Anteile nichts verraten, aus einer Mitschrift lesen, wer was
# gesehen hat, ein Geheimnis aus Anteilen herausrechnen, die zu viel verraten, eine Lügnerin oder einen Lügner mit einer
# Festlegung ertappen und eine Summe wiederherstellen, wenn eine Partei gegangen ist oder ihren Anteil gefälscht hat.
#
# Etwa 65 Minuten. Davor: [00 Start here](../00_start_here.ipynb), auf Englisch. Quelle: der Artikel *Computing on
# private data*; Shamir, *How to share a secret* (1979). Zahlen stehen hier, wie der Code sie schreibt: 3,800 ist
# dreitausendachthundert, und 3171.50 hat einen Bruchteil.

# %% english="89a5cb6a"
from privlab.lab import *
from privlab import mpc
from privlab.lessons import raises as this

rng = start("11_raises", seed=26, language="de")

# %% [markdown] english="936a60a9"
# ## 1. Anteile, die sich zur Summe fügen
#
# Alice, Bob, Carlos und David haben eine Gehaltserhöhung bekommen. Jede und jeder wüsste gern den Durchschnitt, um zu
# sehen, wie gerecht die eigene ist. Niemand von ihnen will seine Erhöhung nennen, und es gibt niemanden, dem alle
# vertrauen. Können sie den Durchschnitt trotzdem herausfinden?
#
# > **Anteile** eines Geheimnisses sind Zahlen, eine für jede Partei, deren Summe das Geheimnis ist.
#
# Alice bekam 3,800 Dollar. Sie denkt sich drei Zahlen aus, gibt sie den drei anderen und behält, was noch fehlt:

# %% english="c0832d1d"
Shared = mpc.Shared
alice = Shared((-1_000, 2_500, 900, 1_400), modulus=None)
print(f"{alice.reconstruct():,}")

# %% [markdown] english="b9783be1"
# Sie behält -1,000; Bob bekommt 2,500, Carlos 900 und David 1,400. Die anderen machen es ebenso. Dann zählt jede Partei
# die vier Anteile zusammen, die sie hat, und sagt deren Summe laut.
#
# > Die **Mitschrift** hält fest, wer wem was geschickt hat. Eine Partei kann nur aus dem lernen, was sie davon gesehen
# > hat, und aus ihrem eigenen Geheimnis.
#
# > **Sag voraus.** Was ergeben die vier laut gesagten Summen zusammen? Warum? Und was von der Mitschrift hat Bob
# > gesehen?

# %% english="b2f78a60"
predict("raises.sum_of_sums")

# %% [markdown] english="57bffb26"
# Eine Zeile ist ein Geheimnis in Anteilen, eine Spalte ist, was eine Partei am Ende hat:

# %% english="72ae9aa9"
names = mpc.secure_sum.NAMES[:4]
article = [alice, *(Shared(row, modulus=None) for row in (
    (700, 400, 650, 764), (750, -100, 832, 1_500), (1_500, 900, -3_000, 3_990)))]
print(mpc.secure_sum.table_of(article))
total, transcript = mpc.secure_sum.sum_of(article)
sums = [transcript.value(name, "everyone") for name in names]

# %% jupyter={"source_hidden": true} english="8b747c71"
# Was herauskam: Führe diese Zelle erst aus, dann öffne sie.
claim("die Summen sind 1950, 3700, -618 und 7654", sums == [1950, 3700, -618, 7654])
claim("zusammen sind es 12,686 Dollar", total == 12_686)
claim("die durchschnittliche Erhöhung beträgt 3,171.50 Dollar", total / 4 == 3171.5)
outcome("raises.sum_of_sums", "die Summe der vier Erhöhungen")
transcript.seen_by("Bob")

# %% [markdown] english="576ae277"
# Spalten und Zeilen enthalten dieselben sechzehn Zahlen, also haben sie dieselbe Summe. Vier Erhöhungen sind
# zusammengezählt, und keine wurde genannt: Bob hat diese elf der zwanzig Zeilen gesehen, und keine Erhöhung ist
# darunter.
#
# (Die Tabelle ist die des Artikels. Der Artikel sagt, Bobs Summe sei negativ; in seiner Tabelle ist es die von Carlos,
# -618. Die von Bob ist 3,700.)
#
# > **Der Gegner** dieser Lektion ist **halb ehrlich**: eine Partei oder mehrere zusammen, die tun, was das Protokoll
# > sagt, und dann aus dem, was sie gesehen haben, herausrechnen, was sie können. Eine, die lügt, eine **bösartige**,
# > kommt in Abschnitt 4. Je zwei Parteien haben einen **privaten Kanal**: Niemand sonst liest, was die eine der anderen
# > schickt.
#
# Das ist das ganze Protokoll; jedes `send` ist eine Zeile der Mitschrift.

# %% english="075cb92e"
source(mpc.secure_sum.sum_of)

# %% [markdown] english="7f9b4168"
# Ändere nun die Erhöhung von Alice und lass mehr Parteien mitmachen. Die weggegebenen Anteile, bis zu 3,000 Dollar,
# bleiben, wie sie sind; nur was Alice behält, ändert sich. (Sie sind mit einem Startwert gezogen, damit alle dasselbe
# Bild sehen.)

# %% english="974759dd"
eight = [3_800, 2_514, 2_982, 3_390, 4_100, 1_900, 2_750, 3_300]
shares = np.array([
    mpc.additive.share_in_integers(secret, parties=8, bound=3_000, owner=owner, rng=rng).shares
    for owner, secret in enumerate(eight)])
explore(this.draw_sums,
        alt="Balken: von jeder Partei die geheime Erhöhung neben der Summe, die sie sagt",
        parties=slider(3, 8, 4), raise_of_alice=slider(0, 8_000, 3_800, 100),
        fixed=dict(raises=eight, shares=shares, names=mpc.secure_sum.NAMES))

# %% [markdown] english="b319f8f4"
# ## 2. Was Bob herausrechnen kann
#
# Die Summen stimmen überein, wo immer die Regler stehen, und keine gesagte Summe kommt ihrer Erhöhung nahe. Der Artikel
# schließt daraus, dass Vorzeichen und Größe der Anteile keine Rolle spielen. Für die Summe ist das so. Für Alice auch?
#
# ### Brich es
#
# Bob nimmt die Summe, die Alice gesagt hat, 1,950. Er zählt den Anteil dazu, den sie ihm gab, 2,500: Er ist ein Teil
# ihrer Erhöhung und fehlt in ihrer Spalte. Er zieht den Anteil ab, den er ihr gab, 700: Er steht in ihrer Spalte und
# ist kein Teil ihrer Erhöhung.
#
# > **Sag voraus.** Ihre Erhöhung ist 3,800. Wie nahe kommt er heran?

# %% english="0f41619f"
predict("raises.how_near")

# %% english="46aad8e8"
guess = mpc.secure_sum.estimate_of(transcript, "Alice", "Bob")
print(f"Bobs Schätzung {guess:,}, die Erhöhung von Alice {alice.reconstruct():,}")

# %% jupyter={"source_hidden": true} english="3192f706"
# Was herauskam: Führe diese Zelle erst aus, dann öffne sie.
claim("Bob liegt um 50 Dollar daneben", abs(guess - 3_800) == 50)
outcome("raises.how_near", abs(guess - 3_800))

# %% [markdown] english="2b28dc3f"
# Um 50 daneben, und niemand hat ihm geholfen. Ihm fehlt nur, was Alice mit Carlos und David getauscht hat: Sie gab 900
# und 1,400 weg und bekam 750 und 1,500, was sich fast aufhebt.
#
# ### Du bist dran
#
# Schreibe `estimate(published, gave, got)`: was eine Beobachterin oder ein Beobachter aus der gesagten Summe des Opfers
# (`published`) macht, aus dem Anteil, den das Opfer weggab (`gave`), und aus dem, den es bekam (`got`).

# %% exercise="raises.estimate"

# %% english="0f929ceb"
check("raises.estimate", estimate)

# %% [markdown] english="68c3cec9"
# Setz dich nun auf Davids Platz. Tippe eine eigene Erhöhung ein und mach weiter: Alle vier teilen ihre neu auf, in
# Anteile bis zu 1,000 Dollar, und Bob rechnet deine heraus.

# %% english="978ff4ff"
yours = value_box("3,390", this.dollars, name="eine Erhöhung")
yours

# %% english="51a14453"
around = [mpc.additive.share_in_integers(secret, parties=4, bound=1_000, owner=owner, rng=rng)
          for owner, secret in enumerate([3_800, 2_514, 2_982, yours.value])]
_, heard = mpc.secure_sum.sum_of(around)
his = mpc.secure_sum.estimate_of(heard, "David", "Bob")
print(f"Bobs Schätzung {his:,}, deine Erhöhung {yours.value:,}")

# %% [markdown] english="083008cf"
# Hatte Bob Glück? Der Fehler ist eine Summe von vier Anteilen, die er nicht kennt. Sind sie gleichverteilt von $-R$ bis
# $R$ Dollar, so ist seine Standardabweichung $2R/\sqrt 3$, wie groß die Erhöhung auch ist. Zieh am größten Anteil:

# %% english="572c1fe4"
errors = mpc.secure_sum.estimates(
    [3_800, 2_514, 2_982, 3_390], 20_000, bound=1_000, rng=rng) - 3_800
expected = mpc.secure_sum.standard_deviation(parties=4, bound=1_000)
claim("Anteile bis 1,000 Dollar: Die Standardabweichung des Fehlers ist 2R/√3 bis auf 3 %",
      abs(errors.std() / expected - 1) < 0.03)
claim("auf 50 Dollar genau in weniger als einem von 25 Läufen",
      np.mean(np.abs(errors) <= 50) < 1 / 25)
explore(this.draw_estimates, alt="Histogramm von Bobs Schätzungen: ein Hügel über der Erhöhung",
        largest_share=slider(100, 3_000, 1_000, 100),
        fixed=dict(secret=3_800, errors=errors / 1_000))

# %% [markdown] english="1ce886ed"
# ## 3. Anteile, die nichts verraten
#
# Die 50 Dollar waren Glück. Aber der Hügel steht immer über der Erhöhung, und größere Anteile machen ihn nur breiter.
# Gibt es einen Anteil, der so groß ist, dass er gar nichts verrät? Auf einer Uhr gibt es ihn.
#
# > Ein **gleichverteilter Anteil** wird gleichmäßig von 0 bis $M - 1$ gezogen, und Anteile werden **modulo** $M$
# > zusammengezählt: Nach $M - 1$ kommt wieder 0. $M$ heißt der **Modul**.
#
# Für Summen von Dollar nimm $M = 2^{64}$; eine Zahl ab $M/2$ steht für eine negative. Diese Anteile müssen geheim sein,
# also zieht sie das Betriebssystem (`secrets`) und nicht `rng` mit seinem Startwert, den jeder wiederholen kann.

# %% english="122684c8"
raises = [3_800, 2_514, 2_982, 3_390]
same, on_a_clock = mpc.secure_sum.sum_of([mpc.share(secret, parties=4) for secret in raises])
claim("gleichverteilte Anteile modulo 2^64 ergeben dieselbe Summe", same == 12_686)
far_off = mpc.secure_sum.estimate_of(on_a_clock, "Alice", "Bob")
claim("Bobs Schätzung liegt jetzt um mehr als eine Million daneben", abs(far_off - 3_800) > 1e6)

# %% [markdown] english="a3ca5213"
# Ist das wieder Glück? Alice habe eine von zwei Erhöhungen, 2,000 oder 5,000. Lass jede 20,000-mal laufen, mit Anteilen
# bis 500 Dollar und mit gleichverteilten. (Niemandes Geheimnis: mit Startwert.)
#
# > **Sag voraus.** In welchem der beiden Bilder erkennst du, welche Erhöhung es war?

# %% english="b7b9aad8"
predict("raises.which_picture")

# %% english="e5141e66"
two = (2_000, 5_000)
small, uniform = (
    [mpc.secure_sum.estimates([secret, 2_514, 2_982, 3_390], 20_000, bound=bound, rng=rng)
     for secret in two] for bound in (500, None))

# %% jupyter={"source_hidden": true} english="7966d8a6"
# Was herauskam: Führe diese Zelle erst aus, dann öffne sie.
show(this.draw_two_secrets,
     alt="Links zwei Hügel von Schätzungen, rechts zweimal dieselbe flache Linie",
     panels=2, size=(9, 3.8), small=small, uniform=uniform, secrets=two)
claim("aus kleinen Anteilen erkennt Bob die Erhöhung in mindestens 95 % der Läufe",
      mpc.secure_sum.probability_to_tell_apart(*small) > 0.95)
claim("aus gleichverteilten Anteilen nicht besser als durch Münzwurf, bis auf 2 %",
      mpc.secure_sum.probability_to_tell_apart(*uniform) < 0.52)
outcome("raises.which_picture", "in dem mit Anteilen bis 500 Dollar")

# %% [markdown] english="40f802c3"
# Links zwei Hügel, rechts zweimal dieselbe flache Linie. Warum? Nimm $M = 10$ und zwei Parteien. Bob hat den Anteil 7.
# Welchen Anteil muss Alice haben, für jedes Geheimnis?

# %% english="d7792cc7"
print({secret: (secret - 7) % 10 for secret in range(10)})

# %% [markdown] english="02cd6bd5"
# Was das Geheimnis auch ist, zu Bobs 7 passt genau ein Anteil von Alice. Also bekommt Bob bei jedem Geheimnis einmal
# von zehn Malen eine 7, und seine 7 spricht für keines von ihnen.
#
# *Warum gleichverteilte Anteile nichts verraten*: Von $n$ Anteilen werden alle bis auf einen gezogen, und jede Art, sie
# zu ziehen, hat dieselbe Wahrscheinlichkeit, $1/M^{n-1}$. Nimm irgendwelche $n - 1$ Anteile. Zu jedem Geheimnis gehört
# genau ein letzter Anteil, also genau eine dieser Arten. Also sind die $n - 1$ Anteile bei einem Geheimnis so
# wahrscheinlich wie bei jedem anderen.
#
# ### Du bist dran
#
# Schreibe `share(secret, parties, modulus)`: eine Liste von Anteilen, deren Summe modulo dem Modul das Geheimnis ist.
# Wer alle bis auf einen hat, welchen auch immer, darf nichts über das Geheimnis erfahren. Die Prüfung testet beides.
# Unter deiner bekommt sie eine undichte zu sehen (`leaky`), die nur richtig zusammenzählt.

# %% exercise="raises.share"

# %% english="fde0c94a"
check("raises.share", share)

# %% english="ea0f0217"
def leaky(secret, parties, modulus):
    return [secret] + [0] * (parties - 1)

check("raises.share", leaky, whose="eines undichten Freundes")

# %% [markdown] english="364ac852"
# ## 4. Freunde und Lügner
#
# Die undichte hat die richtige Summe und hütet kein Geheimnis. Gleichverteilte Anteile schützen Alice vor Bob. Was,
# wenn Bob und Carlos die Köpfe zusammenstecken? Und David auch?
#
# > Eine **Koalition** ist eine Gruppe von Parteien, die einander alles zeigen, was sie gesehen haben.
#
# Dieselbe Summe, nun mit den Anteilen von `share`. Von vier Parteien erfahren zwei, was die zwei anderen zusammen
# bekamen: Es folgt aus der Summe.
#
# > **Sag voraus.** Erfahren zwei mehr als das? Und drei?

# %% english="459410ba"
predict("raises.coalitions")

# %% english="5eb001be"
share = use("raises.share", share)
signed = mpc.additive.signed
_, heard_by_all = mpc.secure_sum.sum_of(
    [Shared(tuple(share(secret, 4, 2**64))) for secret in raises])
of_alice, of_david = (mpc.secure_sum.estimate_of(heard_by_all, victim, "Bob", "Carlos")
                      for victim in ("Alice", "David"))

# %% jupyter={"source_hidden": true} english="c65d5fdc"
# Was herauskam: Führe diese Zelle erst aus, dann öffne sie.
claim("Bob und Carlos erfahren, was Alice und David zusammen bekamen",
      signed(of_alice + of_david) == 7_190)
claim("nicht aber, was Alice bekam: Es fehlt über eine Million", abs(signed(of_alice)) > 1e6)
three = signed(mpc.secure_sum.estimate_of(heard_by_all, "Alice", "Bob", "Carlos", "David"))
claim("drei von vier erfahren die vierte Erhöhung auf den Dollar genau", three == 3_800)
outcome("raises.coalitions", "drei schon, zwei nicht")

# %% [markdown] english="a1fa0231"
# ### Brich es
#
# David spricht als Letzter. Er hat 1,950, 3,700 und -618 gehört und sagt, was ihm gefällt: 14,968, und der Durchschnitt
# sind stolze 5,000. Ein Umschlag hält ihn auf.
#
# > Ein **Hashwert** ist ein kurzer Fingerabdruck beliebiger Bytes. Dieselben Bytes haben immer denselben; niemand kann
# > die Bytes aus ihm herausrechnen, und niemand kennt zwei Eingaben, die denselben haben.
#
# > Eine **Festlegung** auf eine Zahl (englisch *commitment*) ist ein Hashwert der Zahl und einer zufälligen **Nonce**.
# > Sie verbirgt die Zahl, und sie **bindet**: Niemand kann sie später zu einer anderen Zahl öffnen.
#
# Alle vier legen sich fest, bevor jemand spricht. Dann sagt jede Partei ihre Summe und ihre Nonce, und die anderen
# bilden den Hashwert, um zu vergleichen. Davids wahre Summe ist 7,654.

# %% english="6e7dd0ad"
opens = mpc.commitments.opens
envelope, nonce = mpc.commitments.commit(7_654)
lie = 4 * 5_000 - (1_950 + 3_700 - 618)
claim("die ehrliche Summe öffnet Davids Umschlag", opens(envelope, 7_654, nonce))
claim("14,968 öffnet ihn nicht", lie == 14_968 and not opens(envelope, lie, nonce))

# %% [markdown] english="2ac15cb6"
# Er kann sich noch weigern, ihn zu öffnen, und dann kennt er allein die Summe. Festlegungen ertappen die Lüge, nicht
# das Weggehen.
#
# ### Du bist dran
#
# Schreibe `commit(value, nonce)`, die Festlegung auf eine ganze Zahl mit einer Nonce von 32 zufälligen Bytes. Sie soll
# sich nur zu einem Wert öffnen lassen und niemandem etwas verraten, der alle Erhöhungen von 0 bis 9,999 durchprobiert.

# %% exercise="raises.commit"

# %% english="49fa3c85"
check("raises.commit", commit)

# %% [markdown] english="de9081f7"
# ## 5. Wenn jemand geht
#
# Geht David, so sind seine Anteile weg, und mit ihnen die Summe. Kommen drei von vier ohne ihn aus, während zwei immer
# noch nichts erfahren?
#
# > **Shamirs Anteile** sind die Höhen, bei 1, 2, 3, …, eines zufälligen Polynoms modulo einer Primzahl $p$; seine Höhe
# > bei 0 ist das Geheimnis. Es hat $t + 1$ Koeffizienten, wobei $t$ die **Schwelle** ist: das Geheimnis und $t$, die
# > gleichmäßig von 0 bis $p - 1$ gezogen werden, null so wahrscheinlich wie jede andere Zahl. Je $t + 1$ Anteile legen
# > es fest, und je $t$ verraten nichts.
#
# *Warum $t$ Anteile nichts verraten*: Durch die $t$ Höhen und eine beliebige Höhe bei 0 geht genau ein Polynom vom Grad
# höchstens $t$. So bleibt für jedes Geheimnis ein Polynom übrig, und alle waren gleich wahrscheinlich. (*Höchstens*:
# Wer als letzten Koeffizienten nie eine Null zieht, schließt Geheimnisse aus.)
#
# Zuerst das Geheimnis 3 modulo 11 mit $t = 1$, so dass das Polynom eine Gerade ist.

# %% english="b7aa322b"
shamir, height_at = mpc.shamir, mpc.height_at
tiny = shamir.share(3, parties=4, threshold=1, prime=11, rng=rng)
print("Höhen bei 1, 2, 3, 4:", [one.value for one in tiny])
claim("die letzten zwei Parteien finden 3", shamir.reconstruct(tiny[2:], threshold=1) == 3)
lines = [height_at([tiny[0], shamir.Share(2, height, prime=11)]) for height in range(11)]
claim("durch den Anteil von Alice geht zu jedem Geheimnis eine Gerade",
      sorted(lines) == list(range(11)))

# %% [markdown] english="edfa67cf"
# Alice allein kann nicht sagen, welche Gerade es ist. Als Code: Wer ein Geheimnis hat, zieht die Koeffizienten und gibt
# jeder Partei die Höhe bei ihrer eigenen Nummer.

# %% english="add041b8"
source(mpc.shamir.share)

# %% [markdown] english="0e8aacca"
# Nun die Erhöhungen mit $t = 2$: Jede Partei zählt wie vorher die Anteile zusammen, die sie hat, und David geht.

# %% english="87cb4ad4"
dealt = [shamir.share(secret, parties=4, threshold=2) for secret in raises]
held = [a + b + c + d for a, b, c, d in zip(*dealt)]
claim("ohne David finden die drei anderen 12,686",
      shamir.reconstruct(held[:3], threshold=2) == 12_686)

# %% [markdown] english="6de6f330"
# Je drei finden die Summe, und zwei erfahren aus ihren Anteilen nichts. Der Preis: Drei, die *alle* Anteile
# zusammenlegen, die sie haben, und nicht nur ihre Summen, finden jede einzelne Erhöhung. Mit additiven Anteilen braucht
# es dazu alle vier.
#
# Ein überzähliger Anteil entlarvt auch eine Fälschung: Wurde einer verändert, so liegen sie nicht mehr auf einem
# Polynom.
#
# ### Du bist dran
#
# Schreibe `reconstruct(shares, threshold)`: das Geheimnis, oder ein `ValueError`, wenn es zu wenige Anteile sind oder
# einer gefälscht wurde. `height_at(shares, x)` ist die Höhe bei `x` des Polynoms durch die Anteile; jeder Anteil hat
# eine `party` (sein `x`) und einen `value`.

# %% exercise="raises.reconstruct"

# %% english="063b730a"
check("raises.reconstruct", reconstruct)

# %% [markdown] english="a95363cd"
# Bis jetzt hat ein Notebook alle Parteien gespielt. Hier sind vier Prozesse, die über TCP miteinander reden, jeder
# kennt nur seine eigene Erhöhung, mit der Bibliothek `mpyc`. Der vierte bekommt deine. Dieses Notebook kennt immer noch
# alle vier, weil es sie austeilt; auf vier Rechnern tippte jeder seine eigene ein. Dort müssen die Kanäle erst privat
# gemacht werden, mit TLS, wofür mpyc Optionen hat: Hier sind sie blankes TCP in einem Rechner, und wer alle Bytes eines
# Netzes liest, hat alle Anteile.
#
# mpyc nimmt Shamirs Anteile; seine Schwelle für vier Parteien ist 1, so dass je zwei zusammen alles lesen können, wo
# additive Anteile ihnen standhielten. Für zwei Parteien wäre sie 0, und ein Anteil das Geheimnis selbst: Deshalb
# verlangt `run` drei oder mehr. Zuerst kommt das Programm jeder Partei:

# %% english="6d075e51"
source(mpc.programs.total.total)

# %% english="e8468bc3"
answers = mpc.parties.run("total", [*raises[:3], yours.value])
print(f"die Summe {answers[0]:,}")
claim("jeder der vier Prozesse erfährt dieselbe Summe, die der drei und deiner",
      answers == [sum(raises[:3]) + yours.value] * 4)

# %% [markdown] english="3c17335b"
# ## Mit deinen eigenen Zahlen
#
# Eine ganze Zahl für jede von zwei bis acht Parteien:

# %% english="0703d52d"
hours = {"Nord": 412, "Süd": 388, "Ost": 455}  # deine
shared_hours = [mpc.share(number, parties=len(hours)) for number in hours.values()]
all_hours, _ = mpc.secure_sum.sum_of(shared_hours)
print(f"{len(hours)} Parteien, {all_hours:,} Stunden im Ganzen")

# %% [markdown] english="cd8ae2bf"
# Ein Notebook hat für alle ausgeteilt, also verbirgt das nichts vor dir. Zwischen Leuten, die einander nicht trauen,
# führt jede Partei einen eigenen Prozess aus, wie oben. Bruchteile zählt man vorher in einer kleinen Einheit: Cent,
# nicht Dollar.
#
# **Im Ernst.** *mpyc*, mit `--ssl` und einem Zertifikat für jede Partei; *MP-SPDZ*, wo Parteien lügen dürfen; *Prio*
# (das DAP der IETF), wo Millionen Telefone an zwei Server berichten. Was Leute falsch machen, ist die Schwelle: Mehr
# Parteien als sie können zusammen alles lesen, und in mpyc ist sie immer kleiner als die Hälfte der Parteien.

# %% [markdown] english="3323ddfc"
# ## Was das nicht schützt
#
# - **Was die Summe verrät.** Der Durchschnitt und drei Erhöhungen ergeben die vierte, mit welchem Protokoll auch immer:
#   Gegen alle anderen zusammen hilft keines, und additive Anteile halten so vielen stand, wie es überhaupt geht.
#   [Lektion 12](../12_what_a_result_reveals.ipynb) handelt davon, was ein Ergebnis verrät.
# - **Gegen mehr als die Schwelle** bei Shamirs Anteilen: Das ist der Preis dafür, ohne David weiterzumachen.
# - **Gegen den, der das Netz liest**, wenn nicht je zwei Parteien einen privaten Kanal haben.
# - **Gegen eine falsche Erhöhung.** Niemand prüft, was hineingeht.
# - **Gegen das Weggehen**, wenn es keine Schwelle gibt; und wer mitmacht, wissen alle.
#
# ## Zusammenfassung
#
# Anteile, die sich zur Summe fügen, ergeben die richtige Summe, wie sie auch aussehen. Das Geheimnis verbergen sie nur,
# wenn sie gleichverteilt modulo einer Zahl sind: Aus kleinen hatte Bob eine Schätzung der Erhöhung von Alice, einmal
# auf 50 Dollar genau. Festlegungen ertappen eine Partei, die es sich anders überlegt, eine Schwelle übersteht eine, die
# geht.

# %% english="9aa62cc6"
display(quiz("raises.quiz1"), quiz("raises.quiz2"), quiz("raises.quiz3"))

# %% [markdown] english="03271093"
# ## Literatur
#
# - *Computing on private data*, der Artikel, dem diese Lektion folgt.
# - A. Shamir, *How to share a secret*, Communications of the ACM 22 (1979).
# - D. Evans, V. Kolesnikov und M. Rosulek, *A Pragmatic Introduction to Secure Multi-Party Computation* (2018).
# - R. McEliece und D. Sarwate, *On sharing secrets and Reed-Solomon codes* (1981): mit mehr überzähligen Anteilen
#   werden gefälschte sogar berichtigt.
# - B. Schoenmakers, *MPyC*, Berechnung mit mehreren Parteien in Python.
#
# Danach: [12 What a result reveals](../12_what_a_result_reveals.ipynb), auf Englisch.
